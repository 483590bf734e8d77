// JSON in a fence, after thoughts or a byte order mark is JSON: it costs no second turn. What is beside it does.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const agent = Agent.create({ schema: { type: "object", properties: { city: { type: "string" } }, required: ["city"] } });
const plain = '{"city": "Rome", "note": "```js\\n1\\n```"}';
for (let form = 1; form <= 10; form++) {
  const reply = await agent.run(`form ${form}.`);
  assert(reply.turns === 1 && reply.object.city === "Rome" && reply.object.note === "```js\n1\n```", reply);
  assert(reply === plain, reply);
}
for (let form = 11; form <= 12; form++) {
  const reply = await agent.run(`form ${form}.`);
  assert(reply.turns === 1 && reply === '{"city":"Rome","note":"```js\\n1\\n```"}', reply);
}
agent.clearHistory();
await agent.run("form 1.");
const history = agent.getHistory();
assert(history[history.length - 1].content === plain, "history");
assert((await agent.run("beside")).turns === 2, "beside");
try { await agent.run("broken"); } catch (why) {
  assert(why.code === "invalid-output", why);
  return why.message;
}
