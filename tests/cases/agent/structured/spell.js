// Answers that follow a schema. A model that does not gets one more chance.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const caught = async (call) => { try { await call(); } catch (why) { return why; } throw new Error("no error"); };
const schema = {
  type: "object", required: ["city", "people"],
  properties: { city: { type: "string" }, people: { type: "integer", minimum: 0 } },
};
const agent = Agent.create({ schema, stateless: true });
let reply = await agent.run("good");
assert(reply.object.city === "Rome" && reply.data.people === 3 && reply.turns === 1, "good");
reply = await agent.run("mended");
assert(reply.object.people === 4 && reply.turns === 2, "mended");
const why = await caught(() => agent.run("hopeless"));
assert(why.code === "invalid-output" && why.details.turns === 2, why);
assert(why.details.text === "never", why.details);

// Other spellings of the same, also for one run alone.
const plain = Agent.create({ stateless: true });
const format = { type: "json_schema", json_schema: { name: "city", schema } };
assert((await plain.run("openai", { response_format: format })).object.city === "Oslo", "openai");
assert((await plain.run("list", { outputSchema: { type: "array", items: { type: "integer" } } })).object[1] === 2, "list");
assert((await plain.run("plain")).object === undefined, "plain");

const bad = await caught(() => Agent.create({ schema: { type: "nonsense" } }));
assert(bad.code === "invalid", bad);
return [why.message, bad.message];
