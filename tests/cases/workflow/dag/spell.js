// Steps as they depend on each other: those that can begin do so at once, and circles are refused by name.
const order = [];
const step = (name, wait, needs) => ({ name, dependsOn: needs, handler: async () => { await util.sleep(wait); order.push(name); return name; } });
const flow = Workflow.dag({ name: "graph", steps: [
  step("last", 10, ["slow", "fast"]), step("slow", 3000), step("fast", 1000), step("after_fast", 1000, "fast"),
] });
const began = Date.now();
const result = await flow.execute();
const took = Math.floor((Date.now() - began) / 1000);
const also = await Workflow.sequential({ steps: [step("b", 1, ["a"]), step("a", 1)] }).execute();
let why;
try { Workflow.dag({ steps: [step("one", 1, ["two"]), step("two", 1, ["one"])] }); } catch (error) { why = error; }
const verdict = Workflow.validate({ pattern: "dag", steps: [step("x", 1, ["y"]), step("y", 1, ["x"])] });
const text = String(why), fine = flow.validate();
return [order, took, result.status, also.outputs.b, flow.getDependencies().last, fine.valid, fine.order[fine.order.length - 1],
  [why === undefined, text.includes("one"), text.includes("two")], [verdict.valid, verdict.errors.length]];
