// An empty list is one in JavaScript, and so is `{}` where a list is wanted: a spell in Lua has no other.
const same = (given) => given;
Tool.create({ name: "all", tags: [], positional: [], execute: same, parameters: { type: "object", required: {}, properties: {
  required: {}, list: { type: "array" }, rows: { type: "array", items: { type: "array" } }, object: { type: "object" },
  maybe: { anyOf: [{ type: "array" }, { type: "null" }] }, either: { type: ["array", "object"] },
} } });
let why;
try { await tools.all({ list: {}, object: 5 }); } catch (error) { why = error; }
if (!Tool.validate("all", { rows: [{}] }).valid) throw new Error("not valid");
Agent.create({ schema: { type: "object", properties: { a: { allOf: [{ required: [] }] } }, required: {} } });
Tool.create({ name: "hooked", parameters: { properties: { list: { type: "array" } } }, execute: same });
Hook.register("tool:before_execution", (context) => {
  if (context.tool_name === "hooked") return { type: "modify", data: { list: {} } };
});
if (JSON.encode(await tools.hooked({})) !== '{"list":[]}') throw new Error("not hooked");
return [JSON.encode(await tools.all({ either: {}, list: [], maybe: {}, object: {}, required: {}, rows: [{}, [1]] })), why.message];
