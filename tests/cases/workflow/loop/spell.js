// Ranges (the end is not included), collections and conditions; ends, and what is kept.
Tool.register({ name: "echo", execute: (input) => input.value });
const body = [{ name: "say", tool: "echo", input: { value: "{{loop:current_value}}" } }];
const range = await Workflow.loop({ name: "range", iterator: { range: { start: 1, end: 5, step: 2 } }, body }).execute();
const built = await Workflow.builder().loop().name("built").withRange({ start: 1, end: 4 }).addStep(body[0]).build().execute();
const down = await Workflow.builder().loop().withRange(3, 0, -1).addBodyStep(body[0]).build().execute();
const items = await Workflow.builder().loop().withCollection([{ id: "a" }, { id: "b" }])
  .addStep({ name: "say", tool: "echo", input: { value: "{{loop:index}}/{{loop:total_iterations}} {{loop:current_item.id}} $iteration" } }).build().execute();
const of_input = await Workflow.loop({ collection: "$input.list", body }).execute({ list: [7, 8] });
let counted = 0;
const while_function = await Workflow.builder().loop().loopCondition(() => ++counted <= 3)
  .maxIterations(10).addStep({ name: "n", handler: (ctx) => ctx.iteration.index }).build().execute();
const while_expression = await Workflow.loop({ iterator: { whileCondition: "$state.n < 3", maxIterations: 10 }, state: { n: 0 },
  body: { steps: [{ name: "n", handler: (ctx) => { ctx.state.n = ctx.state.n + 1; return ctx.state.n; } }] } }).execute();
const broken = await Workflow.loop({ range: [1, 100], body, breakConditions: [{ expression: "$say.output == 3", message: "three is enough" }] }).execute();
const kept = [];
for (const aggregation of ["collect_all", "last_only", "first_n", "last_n", "none"]) {
  const result = await Workflow.loop({ range: [0, 4], body, aggregationStrategy: aggregation, keep: aggregation.endsWith("_n") ? 2 : undefined }).execute();
  kept.push(result.data.iteration_outputs ?? "nothing");
}
let why;
try { await Workflow.loop({ while: true, maxIterations: 5, body }).execute(); } catch (error) { why = error; }
return [
  range.iteration_outputs, range.completedIterations, range.iterations, built.data.iteration_outputs, down.iteration_outputs,
  items.iteration_outputs, of_input.iteration_outputs, while_function.iteration_outputs, while_expression.final_state.n,
  [broken.data.completed_iterations, broken.data.break_message], kept, [why === undefined, String(why).includes("5")],
];
