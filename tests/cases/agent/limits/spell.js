// What one run may use. It only tightens what holds for the spell.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const caught = async (call) => { try { await call(); } catch (why) { return why; } throw new Error("no error"); };
const agent = Agent.create({ resource_limits: { max_execution_time_secs: 1, maxToolCalls: 5, max_recursion_depth: 3, max_memory_mb: 512 } });
const slow = await caught(() => agent.run("slow"));
assert(slow.code === "timeout" && slow.message === "the agent took longer than its limit of 1000 ms", slow);
assert((await agent.run("slow too", { timeoutMs: 5000, stateless: true })).text === "late", "in time");
let why = await caught(() => Agent.create({ resource_limits: { max_memory_mb: 1 } }));
assert(why.code === "invalid" && why.message.includes("can't be bounded for one agent"), why);
why = await caught(() => Agent.create({ resource_limits: { max_memry_mb: 1 } }));
assert(why.message.includes("max_memry_mb"), why);
why = await caught(() => Agent.create({ limits: { time_ms: 0 } }));
assert(why.message === "the limits: 'time_ms' must be a whole number from 1 to 18446744073709551615, not 0", why);
return agent.describe().limits;
