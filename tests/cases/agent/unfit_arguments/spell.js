// What a model gives and a spell can't take: the model is told, at once, and the history does not hold it.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const seen = [], largest = 9223372036854775807n;
Tool.create({ name: "get", parameters: { type: "object" }, execute: (given) => { seen.push(given); return 7; } });
const wanted = ["the integer 18446744073709551615 does not", "the integer of about -9.223372036854776e18",
  "the integer of about 1.8446744073709552e19", "too large: more than 64 levels deep", "too large: more than 100000 nodes",
  "they take more memory than there is", "7", "must be a JSON object"];
const check = (agent) => {
  const history = agent.getHistory(), told = [];
  for (const message of history) {
    if (message.role === "tool") {
      const text = wanted[told.length];
      assert(message.content.includes(text), message.content);
      told.push(text);
    }
    (message.tool_calls ?? []).forEach((call, i) => assert(i === 6 || Object.keys(call.arguments).length === 0, i));
  }
  agent.setHistory(history);
  return told;
};
const agent = Agent.create({ tools: ["get"] });
assert((await agent.run("go")).text === "done", "done");
const told = check(agent);
assert(seen.length === 1 && seen[0].id === largest && seen[0].mass === 6.5e23, "seen");

// Hooks are asked with what is taken.
let calls;
Hook.register("model:after_call", (context) => { calls ??= context.data.tool_calls; });
Hook.register("tool:before_execution", (context) => { assert(context.data.id === largest, "before"); });
const hooked = Agent.create({ tools: ["get"] });
for await (const _ of hooked.stream("go"));
check(hooked);
assert(calls.length === 8 && !Object.keys(calls[0].arguments).length && calls[6].arguments.id === largest && seen.length === 2, "hooks");

// An answer by a schema, too.
const reply = await Agent.create({ schema: { type: "object", properties: { n: { type: "integer" } }, required: ["n"] } }).run("number");
assert(reply.turns === 2, "turns");
return { told, least: String(reply.object.n) };
