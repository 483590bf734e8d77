// Every condition, as a branch that is taken or not.
const holds = async (condition) => {
  const definition = { name: "c", state: { mode: "fast", n: 5 }, branches: [
    { name: "yes", condition, steps: [{ name: "y", handler: () => "yes" }] },
  ], default_branch: { steps: [{ name: "n", handler: () => "no" }] } };
  return (await Workflow.conditional(definition).execute()).output;
};
const all = [
  await holds(true), await holds(false), await holds({ type: "always" }), await holds({ type: "never" }),
  await holds((ctx) => ctx.state.mode === "fast"), await holds({ evaluate: (ctx) => ctx.shared_data.n > 5 }),
  await holds({ type: "shared_data_equals", key: "mode", value: "fast" }), await holds({ type: "shared_data_equals", key: "mode", value: "slow" }),
  await holds({ type: "shared_data_exists", key: "n" }), await holds({ type: "shared_data_exists", key: "none" }),
  await holds({ type: "and", conditions: [true, { type: "always" }] }), await holds({ type: "or", conditions: [false, { type: "never" }] }),
  await holds({ type: "not", condition: { type: "never" } }), await holds({ type: "custom", expression: "$state.n >= 5" }), await holds("{{mode}} == 'slow'"),
];

// Conditions on steps, as `when` of later ones.
const ran = async (condition) => {
  const result = await Workflow.sequential({ errorStrategy: "continue", steps: [
    { name: "good", handler: () => "All fine" },
    { name: "bad", handler: () => { throw new Error("broken"); } },
    { name: "judge", handler: () => " Positive " },
    { name: "last", when: condition, handler: () => 1 },
  ] }).execute();
  return result.steps.last.status;
};
const steps = [
  await ran({ type: "step_succeeded", step: "good" }), await ran({ type: "step_succeeded", step: "bad" }),
  await ran({ type: "step_failed", step: "bad" }), await ran({ type: "step_failed", step: "good" }),
  await ran({ type: "step_result_equals", step: "good", value: "All fine" }), await ran({ type: "step_output_contains", step: "good", search_text: "fine" }),
  await ran({ type: "step_output_contains", step: "good", search_text: "foul" }), await ran({ type: "agent_classification", step: "judge", expected: "positive" }),
];

// Builder, all that match, and no default.
const built = Workflow.builder().conditional().name("built").condition({ type: "shared_data_equals", key: "k", value: 1 })
  .addThenStep({ name: "t", handler: () => "then" }).addElseStep({ name: "e", handler: () => "else" }).build();
const before = (await built.execute()).output;
built.setSharedData("k", 1);
const both = await Workflow.conditional({ executeAllMatching: true, branches: [
  { name: "one", condition: true, steps: [{ name: "a", handler: () => 1 }] },
  { name: "two", condition: { type: "always" }, steps: [{ name: "b", handler: () => 2 }] },
] }).execute();
const none = await Workflow.conditional({ executeDefaultOnNoMatch: false, branches: [{ name: "one", condition: false, steps: [{ name: "a", handler: () => 1 }] }],
  defaultBranch: [{ name: "d", handler: () => "default" }] }).execute();
return [all, steps, [before, (await built.execute()).output], [both.outputs.a, both.outputs.b], both.data.executed_branches, [none.success, (none.output ?? null) === null]];
