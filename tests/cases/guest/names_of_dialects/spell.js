// Names of other dialects that are spellings of ours.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
Agent.create({ name: "a", model: "openai/gpt-4o" });
assert(Agent.discover().length === 1 && agents.list().length === 1, "agents");
assert(tools.get("calculator").name === "calculator" && tools.list().length > 5, "tools");
const step = { name: "s", execute: () => 1 };
const parallel = await workflow.parallel({ name: "p", steps: [step] }).execute({});
const chosen = await workflow.conditional({ name: "c", branches: [{ name: "b", condition: true, steps: [step] }] }).execute({});
const loop = await workflow.loop({ name: "l", iterator: { range: { start: 1, end: 3 } }, body: [step] }).execute({});
assert((await RAG.new({ collection: "x" })).collection === "x", "rag");
assert(json.decode('{"a": 1}').a === 1 && json.parse("[2]")[0] === 2 && json.stringify([1]) === "[1]", "json");
Logger.warn("careful");
return [parallel.success, chosen.success, loop.data.completed_iterations];
