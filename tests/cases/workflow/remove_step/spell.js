// Steps are taken away by their names, also from branches' list and through ids.
const flow = Workflow.sequential({ name: "w", steps: [{ name: "a", handler: () => 1 }, () => 2, { name: "c", handler: (ctx) => ctx.previous.output + 10 }] });
const names = flow.get_steps();
const first = (await flow.execute()).output;
const removed = flow.remove_step("step2"), again = flow.remove_step("nobody");
const second = (await flow.execute()).output;
const both = Workflow.parallel({ name: "p", branches: [{ name: "x", steps: [{ name: "one", handler: () => 1 }] }, { name: "y", steps: [{ name: "two", handler: () => 2 }] }] });
const branch = both.removeStep("x");
const id = zigllms.workflow.create({ name: "z", steps: [{ name: "s", execute: () => 1 }, { name: "t", execute: () => 2 }] });
const z = zigllms.workflow.removeStep(id, "t");
return [names, first, removed, again, second, branch, (await both.execute()).outputs, z, zigllms.workflow.get_steps(id), (await zigllms.workflow.execute(id)).output];
