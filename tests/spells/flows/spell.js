// Workflows, camelCase builder
const writer = Agent.builder().name("writer").type("llm").model("openai/gpt-4").temperature(0.7).maxTokens(300).build();
const critic = Agent.builder().name("critic").type("llm").model("anthropic/claude-3-haiku").build();
const flow = Workflow.builder()
  .sequential()
  .name("story")
  .addStep({ name: "idea", type: "agent", agent: "writer", input: "Idea about {{theme}}" })
  .addStep({ name: "facts", type: "tool", tool: "json-processor", input: { operation: "query", input: '{"a":[{"b":7}]}', query: ".a[0].b" } })
  .addStep({ name: "check", type: "function", execute: async (ctx) => { await util.sleep(2); return { long: ctx.idea.length > 5, idea: String(ctx.idea) }; } })
  .addStep({ name: "review", type: "agent", agent: critic, input: "Review: {{step:check:output.idea}}", timeout_ms: 5000, retry_count: 1 })
  .onError("fail_fast")
  .build();
const out = await flow.execute({ theme: "rain" });
console.log(out.success, out.status, Object.keys(out.steps).join(","));
console.log(String(out.outputs.review), out.outputs.check.long, JSON.stringify(out.outputs.facts.result));
console.log(out.text ?? out.output);

const par = Workflow.parallel({ name: "par", branches: [
  { name: "left", steps: [{ name: "l1", handler: () => "L" }] },
  { name: "right", required: false, steps: [{ name: "r1", handler: () => { throw new Error("nope"); } }] },
], max_concurrency: 2 });
const pr = await par.execute({});
console.log(pr.success, pr.data.successful_branches, pr.outputs.l1 ?? pr.outputs.left);

const cond = Workflow.conditional({ name: "route", branches: [
  { name: "hi", condition: (ctx) => ctx.input.n > 5, steps: [{ name: "h", handler: async () => "high" }] },
  { name: "lo", condition: { type: "always" }, steps: [{ name: "l", handler: async () => "low" }] },
] });
for (const n of [9, 1]) console.log(n, (await cond.execute({ input: { n } })).output);

const loop = Workflow.loop({ name: "each", iterator: { collection: ["a", "b", "c"] }, body: [{ name: "up", tool: "text-manipulator", input: { operation: "uppercase", input: "{{loop:current_item}}" } }], aggregation: "collect_all" });
const lr = await loop.execute();
console.log(lr.data.completed_iterations, JSON.stringify(lr.iteration_outputs?.map?.((o) => o?.result?.result ?? o?.up?.result?.result ?? o)));
const wl = Workflow.loop({ name: "count", iterator: { while_condition: (ctx) => (ctx.iteration?.index ?? 0) < 3, max_iterations: 10 }, body: [{ name: "x", handler: (ctx) => ctx.iteration }] });
console.log((await wl.execute({})).data.completed_iterations);

const nested = Workflow.sequential({ name: "outer", steps: [{ name: "inner", workflow: Workflow.sequential({ name: "inner_wf", steps: [{ name: "deep", handler: (c) => `got ${c.input.v}` }] }), input: { v: "$input" } }, { name: "use", handler: (c) => c.inner }] });
const nr = await nested.execute({ input: "zed" });
console.log(JSON.stringify(nr.outputs));
console.log((await nested.validate()).valid, nested.getId?.().length > 0, (await Workflow.list()).length, Workflow.types?.());
try {
  await Workflow.sequential({ name: "f", steps: [{ name: "boom", handler: () => { throw new RangeError("too far"); } }] }).execute({});
} catch (e) { console.log(e.message, e.name, e instanceof Error); }
const wf = workflow.sequential({ name: "s3" });
wf.addStep({ name: "research", agent: await llm.agent({ model: "gpt-4" }), prompt: "Research {{topic}}" }).addStep?.({ name: "sum", agent: critic, prompt: "Sum {{research.output}}" });
const r3 = await wf.run({ topic: params.topic || "moss" });
for (const [name, step] of Object.entries(r3.steps)) console.log(name, step.status, step.output.substring(0, 10));
flow.onBeforeExecute?.(() => console.log("before"));
let heard = 0;
Event.subscribe("workflow.*.completed", (e) => ++heard && console.log("completed:", e.payload.workflow, e.payload.success));
await par.execute({});
while (!heard) await util.sleep(1);
return r3.steps.sum.output;
