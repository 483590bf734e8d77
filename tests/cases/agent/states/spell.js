// How an agent is, and what it used.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const caught = async (call) => { try { await call(); } catch (why) { return why; } throw new Error("no error"); };
const agent = Agent.create({ name: "worker", model: "openai/gpt-4", temperature: 0.5, type: "basic" });
assert(agent.get_agent_state() === "ready" && agent.isHealthy(), "ready");
await agent.run("work");
const metrics = agent.getMetrics();
assert(metrics.runs === 1 && metrics.completed === 1 && metrics.usage.input_tokens === 5 && metrics.success_rate === 1, "metrics");

agent.pause();
let why = await caught(() => agent.run("paused"));
assert(why.code === "closed" && why.message === "the agent 'worker' is paused: resume it first", why);
agent.resume();

await caught(() => agent.run("fail"));
assert(agent.get_agent_state() === "error" && !agent.is_healthy(), "error");
assert(agent.get_last_error().includes("no idea") && agent.get_health().healthy === false, "health");
agent.recover();
assert(agent.get_last_error() === undefined && agent.get_recovery_attempts() === 1, "recovered");
agent.set_error("broken");
assert(agent.get_state().last_error.message === "broken", "set");
await agent.run("work");
assert(agent.get_agent_state() === "ready", "a run that goes well is a recovery");
assert(agent.get_history().length === 4, "history");
agent.reset();
assert(agent.get_history().length === 0, "reset");

// What it is, and how it can be changed.
const config = agent.get_config();
assert(config.name === "worker" && config.model === "openai/gpt-4" && config.temperature === 0.5 && config.type === "basic", "config");
await agent.run("work");
await agent.configure({ temperature: 0, systemPrompt: "Work!" });
assert(agent.describe().system === "Work!" && agent.describe().temperature === 0 && agent.get_history().length === 2, "configured");
await agent.run("system");

// The end.
await agent.destroy();
why = await caught(() => agent.run("gone"));
assert(why.code === "closed", why);
assert(agent.get_agent_state() === "terminated" && Agent.get("worker") === undefined, "terminated");
why = await caught(() => agent.rnu);
assert(why.message.includes("an agent has no 'rnu'; did you mean 'run'?"), why);
return (await caught(() => agent.save_state())).message;
