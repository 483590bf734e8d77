// How many calls of one turn are under way at once; and what a run that fails in a tool call has used.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
let open, most;
Tool.create({ name: "slow", parallel: true, parameters: { type: "object" }, execute: async () => {
  open += 1;
  most = Math.max(most, open);
  await util.sleep(50);
  open -= 1;
  return "ok";
} });
const found = [];
for (const parallel of [1, 3, 4]) {
  [open, most] = [0, 0];
  const reply = await Agent.create({ tools: ["slow"] }).run("four calls", { parallel_tools: parallel });
  assert(reply.text === "done" && reply.tool_calls.length === 4, reply);
  found.push(most);
}
const agent = Agent.create({ tools: ["slow"], limits: { tool_calls: 0 } });
const why = await agent.run("one call").then((reply) => { throw new Error("no error but " + reply); }, (why) => why);
return { most: found, code: why.code, message: why.message, details: why.details };
