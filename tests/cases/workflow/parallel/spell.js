// Branches at the same time, by all their spellings.
const after = (value, wait) => async () => { await util.sleep(wait); return value; };
let began = Date.now();
const flow = Workflow.parallel({
  name: "both",
  branches: [
    { name: "slow", steps: [{ name: "a", handler: after("A", 3000) }, { name: "b", handler: after("B", 1000) }] },
    { name: "fast", steps: [{ name: "c", handler: after("C", 2000) }] },
    { name: "failing", required: false, steps: [{ name: "d", handler: () => { throw new Error("broken"); } }] },
  ],
});
const result = await flow.execute();
const took = Math.floor((Date.now() - began) / 1000);

const after_it = Workflow.sequential({ steps: [
  { name: "both", type: "parallel", branches: [{ name: "one", steps: [{ name: "x", handler: () => 1 }] }, { name: "two", steps: [{ name: "y", handler: () => 2 }] }] },
] });
const merged = [];
for (const merge of ["object", "list", "concat", "first", "last"]) {
  const { output } = await Workflow.parallel({ mergeStrategy: merge, steps: [
    { name: "a", handler: after("A", 20) }, { name: "b", handler: after("B", 10) },
  ] }).execute();
  merged.push(output);
}
// Two at a time.
began = Date.now();
const steps = [];
for (let i = 1; i <= 4; i++) steps.push({ handler: after(i, 1000) });
const bounded = Workflow.builder().parallel().name("bounded").maxConcurrency(2).addSteps(steps).build();
const counted = await bounded.execute();
return [result.outputs.a, result.outputs.b, result.outputs.c, result.steps.d.status, result.data.successful_branches, took, merged,
  counted.data.successful_branches, Math.floor((Date.now() - began) / 1000), (await after_it.execute()).output];
