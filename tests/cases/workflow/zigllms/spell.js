// Workflows as zigllms spells them.
const flow = zigllms.workflow;
const id = flow.create({ name: "z", pattern: flow.Pattern.SEQUENTIAL, steps: [
  { name: "a", type: "custom", execute: (ctx) => ctx.input }, { name: "b", type: "custom", execute: (ctx) => ctx.previous.output + 1 },
] });
const before = [flow.getStatus(id) === flow.Status.PENDING, flow.getInfo(id).state === flow.State.CREATED, flow.getResult(id) === undefined];
const result = await flow.execute(id, 4);
const graph = flow.create({ pattern: "dag", steps: [{ name: "x", execute: () => 1 }, { name: "y", dependsOn: ["x"], retryPolicy: { maxAttempts: 2, backoffMs: 1, backoffMultiplier: 2 }, execute: () => 2 }] });
const both = flow.compose([id, graph], "parallel");
const together = await flow.execute(both, 1);
let why;
try { flow.getStatus("nothing"); } catch (error) { why = error; }
const listed = flow.list().length;
flow.addStep(id, { name: "c", execute: (ctx) => ctx.b * 10 });
const wrong = flow.validate({ steps: [{ name: "q" }] });
return [before, result.output, flow.getStatus(id) === "completed", flow.getResult(id).output, flow.getDependencies(graph), together.output, listed,
  flow.get(both).type, [why === undefined, String(why).includes("no workflow 'nothing'")], (await flow.executeAsync(id, 1)).output, flow.cancel(id), [wrong.valid, wrong.errors.length],
  flow.validate(id).valid, flow.Pattern.LOOP, flow.Status.CANCELLED, flow.destroy(both), flow.list().length];
