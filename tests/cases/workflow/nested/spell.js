// Workflows within workflows: as objects, by name, as definitions, and composed.
const inner = Workflow.sequential({ name: "inner", steps: [
  { name: "twice", handler: (ctx) => ctx.input + ctx.input },
  { name: "loud", handler: (ctx) => ctx.previous.output + "!" },
] });
const outer = Workflow.sequential({ name: "outer", steps: [
  { name: "first", handler: (ctx) => "a" + ctx.input },
  { name: "by_object", workflow: inner, input: "$first.output" },
  { name: "by_name", type: "workflow", workflow: "inner" },
  { name: "in_place", type: "loop", range: [0, 2], body: [{ name: "n", handler: (ctx) => ctx.iteration.value }] },
  { name: "last", handler: (ctx) => [ctx.by_object, ctx.by_name, ctx.in_place] },
] });
const result = await outer.execute("b");
const composed = Workflow.compose([inner, "inner"], "parallel", "composed");
const looks = Workflow.sequential({ steps: [{ name: "a", workflow: { steps: [{ name: "b", handler: () => 1 }, { name: "c", handler: (ctx) => [ctx.b, ctx.steps.b.status, ctx.outputs.b, ctx.a === undefined] }] } }] });
const ids = [zigllms.workflow.create({ steps: [{ name: "one", handler: () => 1 }] }), zigllms.workflow.create({ steps: [{ name: "two", handler: (ctx) => ctx.input }] })];
let why;
try {
  const itself = Workflow.sequential({ name: "itself", steps: [{ name: "x", handler: () => {} }] });
  itself.addStep({ name: "again", workflow: itself });
  await itself.execute();
} catch (error) {
  why = error;
}
return [result.output, (await zigllms.workflow.execute(zigllms.workflow.compose(ids, "sequential"))).output, (await composed.execute("x")).output, (await looks.execute()).output, [why === undefined, String(why).includes("nest itself")]];
