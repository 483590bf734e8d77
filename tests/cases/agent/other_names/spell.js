// Names of agents that few spells use.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const agent = Agent.builder().name("a").model("openai/gpt-4o").max_execution_time(60).tools(["calculator"]).build();
assert(Agent.listCapabilities().length === 5 && Agent.list_capabilities("a").length > 2, "capabilities");
assert(agent.getToolMetadata("calculator").name === "calculator" && agent.get_all_tool_metadata() !== undefined, "metadata");
assert((await agent.invokeTool("calculator", { input: "1 + 1" })).result.result === 2, "tool");
await agent.run("x");
assert(agent.getPerformance().runs === 1 && agent.get_state_metrics().runs === 1, "performance");
await agent.logEvent("noted", "something");
await agent.set_state("paused");
await agent.initialize();
assert((await agent.getStateHistory()).length > 1, "history");
const told = [];
for (const name of ["configure_alerts", "get_alerts", "get_bridge_metrics"]) {
  try { await agent[name]({}); told.push([true]); } catch (why) { told.push([false, why.message.length > 20]); }
}
await agent.terminate();
const reply = await llm.complete({ model: "openai/gpt-4o", prompt: "y" });
assert(reply.toObject().text === "b" && reply.to_object().success, "reply");
return told;
