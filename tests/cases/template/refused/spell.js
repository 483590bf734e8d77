// What there is, and what is wrong with a call.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const names = Template.list().map((one) => one.id);
assert(names.length === 10 && Template.list("code").length === 2 && Template.search("REPORT").length === 1, "list");
assert(Template.exists("code-review") && !Template.exists("x"), "exists");
const info = Template.info("code-review");
assert(info.category === "code" && info.schema.required[0] === "code" && Template.info("code-review", false).schema === undefined, "info");
assert(Template.schema("code-review").properties.concerns.type === "array", "schema");
assert(Template.estimateCost("research-assistant", { topic: "x", questions: 4 }).calls === 6, "cost");
const told = [];
const refused = async (...given) => {
  try { await Template.execute(...given); } catch (why) { return told.push(why.message); }
  throw new Error("accepted");
};
await refused("code-reviw");
await refused("code-review");
await refused("code-review", { code: "x", langauge: "lua" });
await refused("research-assistant", { topic: "x", questions: 11 });
await refused("research-assistant", { topic: "x", questions: "many" });
await refused("document-processor", { text: "x", operation: "sumarize" });
return [names, told];
