// What a function gets, and what its result means.
Tool.register({ name: "echo", execute: (input) => input });
const seen = {};
const flow = Workflow.sequential({ name: "functions", state: { count: 1 }, steps: [
  { name: "begin", handler: (ctx) => {
    seen.first = [ctx.input.topic, ctx.vars.topic, ctx.vars.count, ctx.previous.output.topic, ctx.step_name, ctx.workflowName, ctx.begin === undefined, typeof ctx.executionId];
    ctx.state.count = ctx.state.count + 1;
    return { n: 1 };
  } },
  { name: "made", tool: "echo", input: { a: "$begin.output.n" } },
  { name: "with spaces", type: "custom", execute: (ctx) => {
    seen.second = [ctx.begin.n, ctx.made.a, ctx.steps.begin.status, ctx.steps.made.output.a, ctx.outputs.made.a, ctx.previous.output.a, ctx.shared_data.count, ctx.nothing === undefined, ctx.steps.nothing === undefined];
  } },
  { name: "given", type: "function", fn: (ctx) => [ctx.parameters.n, ctx.input.n, ctx.vars.topic, ctx.made.a], parameters: { n: "$begin.output.n" } },
  async (ctx) => (ctx["with spaces"] ?? null) === null,
] });
const result = await flow.execute({ topic: "tides" });
const fails = async (main) => {
  try {
    return await Workflow.sequential({ steps: [{ name: "bad", handler: main }] }).execute() && true;
  } catch (why) {
    return [why.code, why.message];
  }
};
return [seen.first, seen.second, result.outputs.given, result.output, flow.getState("count"),
  await fails(() => ({ success: false, error: "no luck" })), await fails(() => ({ success: false, error: { message: "none" } })),
  await fails(() => ({ success: false })), await fails(() => { throw "raised"; }), await fails(() => ({ success: true }))];
