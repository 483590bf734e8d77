// A loop in which the model is told what went wrong, and recovers: wrong arguments, a tool that raises, one that is not
// there, broken arguments.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const calls = [];
const add = Tool.create({
  name: "add", description: "Adds two numbers.",
  parameters: {
    type: "object", required: ["a", "b"],
    properties: { a: { type: "number" }, b: { type: "number" } },
  },
  execute: ({ a, b }) => {
    calls.push(`${a}+${b}`);
    return { sum: a + b };
  },
});
Tool.create({ name: "shaky", parameters: { type: "object" }, execute: () => { throw new Error("out of paper"); } });
const agent = Agent.create({ name: "clerk", tools: [add, "shaky"] });
const reply = await agent.run("What is 1 + 2?");
assert(reply.text === "It is 3." && reply.turns === 6, reply);
const made = reply.tool_calls.map((call) => `${call.name} ${call.ok}`);
assert(agent.has_tool("add") && !agent.hasTool("sub") && (await agent.use_tool("add", { a: 1, b: 1 })).sum === 2, "use_tool");
try {
  await agent.useTool("nothing", {});
} catch (why) {
  assert(why.message.includes("the agent 'clerk' has no tool 'nothing'; known are: add, shaky"), why);
  return [made, calls];
}
