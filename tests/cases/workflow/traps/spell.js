// What is easily got wrong: templates for a template tool, steps that did not run, amounts of money, words of other engines.
const echo = (name, value) => ({ name, handler: () => value });
const output = async (definition, input) => (await Workflow.sequential(definition).execute(input)).output;
const rendered = (await Workflow.loop({ range: [0, 2], body: [
  echo("generate_id", { uuid: "u-1" }),
  { name: "render", tool: "template-creator", input: { input: "Item {{index}} has {{id}}", context: { index: "{{loop:current_value}}", id: "{{step:generate_id:output.uuid}}" } } },
] }).execute()).iterationOutputs;
const fail = (text) => () => { throw new Error(text); };
const notRun = await output({ errorStrategy: "continue", steps: [
  { name: "skipped", when: false, handler: () => "never" },
  { name: "failed", handler: fail("no") },
  { name: "all", handler: ({ input }) => [input.whole === null, input.text, input.deep === null], input: { whole: "$skipped.output", text: "<{{step:failed:output}}>", deep: "{{failed.output.a.b}}" } },
] });
const money = await output({ steps: [{ name: "m", handler: (ctx) => ctx.input, input: "$1, $50, $0.50, $500,000 and $$input in $stepX, not {{ident}}" }] }, { a: 1 });
const kept = await output({ steps: [echo("one", { n: 1 }), { name: "two", handler: (ctx) => ctx.input, input: { all: "$previous_outputs", number: "$step1.output.n", text: "n is $step1.output.n", field: "{{step:one:output.n}}" } }] });
const why = async (definition, input) => {
  try {
    await Workflow.sequential(definition).execute(input);
    return true;
  } catch (problem) {
    return problem.message;
  }
};
const unknown = await why({ steps: [echo("one"), { name: "two", tool: "calculator", input: { input: "{{step:won:output}}" } }] });
const stopped = await why({ errorStrategy: "stop", steps: [{ name: "bad", handler: fail("cause") }, echo("after")] });
const reported = await why({ steps: [{ name: "bad", handler: () => ({ success: false, error: "said so" }) }] });
const nothing = await output({ steps: [{ name: "none", handler: () => {} }] });
const range = await Workflow.loop({ iterator: { range: { start: 1, end: 1 } }, body: [echo("x", 1)] }).execute();
const continued = await Workflow.sequential({ errorStrategy: "continue", steps: [{ name: "bad", handler: fail("x") }, echo("b", 2)] }).execute();
return [[rendered[0].result.rendered, rendered[1].result.rendered], notRun, money, kept, unknown, stopped, reported, nothing === null,
  [range.completedIterations, range.success], [continued.success, continued.status, continued.error.step, continued.outputs.b]];
