// What an agent remembers is kept under its name, and put back exactly: calls of tools, too.
const assert = (truth) => { if (!truth) throw new Error("not so"); };
Tool.create({ name: "add", parameters: { type: "object" }, execute: ({ a, b }) => ({ sum: a + b }) });
const agent = await Agent.create({ name: "clerk", tools: ["add"] });
assert(await agent.loadState() === false);
await agent.run("How much is 1 + 2?");
assert(await agent.saveState() === true && await agent.save_state("other") === true);
const history = JSON.encode(agent.getHistory());
assert(agent.getHistory().length === 4);

const second = await Agent.create({ name: "clerk", tools: ["add"] });
assert(await second.loadState() === true && JSON.encode(second.getHistory()) === history);
assert((await second.run("And 1 more?")).text === "4");
agent.clearHistory();
assert(await agent.load_state("other") && JSON.encode(agent.getHistory()) === history);
assert(await agent.deleteState("other") && !(await agent.deleteState("other")) && await agent.loadState("other") === false);
assert((await State.load("agent:clerk", "saved_state")).agent === "clerk");

const why = async (call, ...given) => {
  try { await call(...given); } catch (problem) { return problem.code ? String(problem) : problem.message; }
  return "ok";
};
await State.save("agent:clerk", "broken", 7);
await State.save("agent:clerk", "odd", { history: [{ role: "nobody" }] });
return [await why(() => agent.loadState("broken")), await why(() => agent.loadState("odd")), await why(() => agent.saveState({})),
  await why(async () => (await Agent.create({})).saveState()), agent.getHistory().length];
