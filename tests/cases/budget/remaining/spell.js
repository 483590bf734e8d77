// What is left, of every budget; what has no limit is absent.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const left = Budget.remaining();
assert(left.fuel > 0 && left.fuel < 120000000000 && left.memory_bytes > 0 && left.wall_time_ms === 600000, "the first");
assert(left.host_calls < 1000000 && left.host_bytes > 0 && left.output_bytes === 16 * 2 ** 20 && left.tool_calls === 1000, "counts");
assert(left.handles === 1000 && left.operations === 128 && left.cost === "0.5" && left.tokens === undefined, "the rest");
print("twelve bytes");
const agent = Agent.create({ name: "a", model: "openai/gpt-4o" });
await agent.run("hello");
const later = Budget.remaining();
assert(later.fuel < left.fuel && later.output_bytes === left.output_bytes - 13 && later.handles === 999, "later");
return later.cost;
