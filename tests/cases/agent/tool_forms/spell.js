// How an agent is given tools, and an agent as the tool of another.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const double = ({ n }) => ({ n: n * 2 });
const number = { type: "object", properties: { n: { type: "integer" } }, required: ["n"] };
Tool.register({ name: "by-name", parameters: number, execute: double });
const builder = Agent.builder().name("b").model("m").allow_tool("by_name").allowedTools([{ name: "inline", parameters: number, execute: double }]);
const agent = builder.build();
assert((await agent.run("builder", { toolChoice: "inline" })).text === "built", "built");
assert(agent.discover_tools().length === 2, "tools");
const why = await (async () => agent.run("x", { tool_choice: { type: "function", function: { name: "outline" } } }))().catch((why) => why);
assert(why.code === "invalid" && why.message === "tool_choice: no tool 'outline' is offered; did you mean 'inline'?", why);

const expert = Agent.create({ name: "The Expert", description: "Knows tea.", stateless: true });
const boss = Agent.create({ name: "boss", tools: [expert] });
assert((await boss.run("tea?")).text === "Boss says green.", "green");
assert(Agent.wrapAsTool("boss", { tool_name: "ask_boss" }) === "ask_boss", "wrapped");
assert((await Tool.invoke("ask_boss", { prompt: "tea again?" })) === "Boss says black.", "black");

// Single requests use tools, too.
assert((await llm.complete({ prompt: "single", tools: ["by_name"] })).text === "six", "six");
// Calls of one turn overlap where the tool says that they may, and keep their order.
const order = [];
Tool.create({ name: "slow", parallel: true, parameters: number, execute: async ({ n }) => {
  await util.sleep(100 * n);
  order.push(n);
  return n;
} });
assert((await Agent.create({ tools: ["slow"] }).run("three at once")).text === "done", "done");
assert(order.join() === "1,2,3", order);
const heard = [];
for await (const piece of Agent.create({ tools: ["by-name"] }).stream("streamed")) {
  if (piece.tool) heard.push(`begins ${piece.tool.name} ${piece.tool.arguments.n}`);
  if (piece.tool_result) heard.push(`ended ${piece.tool_result.name} ${piece.tool_result.ok}`);
  if (piece.text !== "") heard.push(piece.text);
}
return heard;
