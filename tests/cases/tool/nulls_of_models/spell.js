// A null for what may be left out is left out; for what is required it is told, and where null is allowed it stays.
let seen;
Tool.create({ name: "find", parameters: { type: "object", required: ["what"], properties: {
  what: { type: "string" }, limit: { type: "integer" }, free: {},
  filter: { type: "object", properties: { kind: { type: "string" }, must: { type: "integer" } } },
} }, execute: (given) => { seen = given; return "found"; } });
const agent = Agent.create({ tools: ["find"] });
if ((await agent.run("go")) !== "done") throw new Error("not done");
const told = agent.getHistory().filter((message) => message.role === "tool").map((message) => message.content);
return [told, seen.what, !("limit" in seen) && seen.free === null && !("kind" in seen.filter) && seen.filter.must === 1];
