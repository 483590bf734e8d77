// The builder of every pattern, in its spellings.
const says = (name, value) => ({ name, type: "function", execute: (ctx) => value ?? ctx.input });
const all = [
  (await Workflow.builder().sequential().name("s").description("d").addStep(says("a", 1)).addStep("b", says("b", 2)).errorStrategy("continue").timeoutMs(5000).build().execute()).outputs,
  (await Workflow.builder().parallel().name("p").addStep(says("a", 1)).addStep(says("b", 2)).maxConcurrency(2).withMergeStrategy("list").build().execute()).output,
  (await Workflow.builder("c").conditional().condition((ctx) => ctx.input === "x").addThenStep(says("t", "then")).addElseStep(says("e", "else")).build().execute("x")).output,
  (await Workflow.builder().conditional().addBranch("one", { type: "never" }, [says("a", 1)]).addBranch({ name: "two", condition: true, steps: [says("b", 2)] }).defaultBranch([says("c", 3)]).build().execute()).output,
  (await Workflow.builder().loop().withCollection(["x", "y"]).addStep({ name: "l", handler: (ctx) => ctx.iteration.currentValue }).aggregationStrategy("last_only").build().execute()).data.iteration_outputs,
  (await Workflow.builder().loop().withWhile("$iteration < 3").maxIterations(9).addStep(says("w", 1)).breakWhen("$w.output == 2", "never").build().execute()).data.completed_iterations,
  (await Workflow.builder().dag().addStep({ name: "z", dependsOn: ["a"], handler: (ctx) => ctx.a }).addStep(says("a", 7)).build().execute()).output,
];
let field, none;
try { Workflow.builder().max_iteration(3); } catch (error) { field = error; }
try { Workflow.builder().maxIterations(); } catch (error) { none = error; }
return [all, String(field).includes("did you mean 'max_iterations'?"), String(none).includes("max_iterations takes a value")];
