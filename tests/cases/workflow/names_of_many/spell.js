// Workflows that only their names know make room for others.
const workflow = (name) => Workflow.sequential({ name, steps: [{ name: "a", type: "function", execute: () => 1 }] });
const kept = workflow("kept");
let last, lost;
for (let i = 1; i <= 60; i++) last = workflow("flow-" + i);
try { await Workflow.execute("flow-1", {}); } catch (why) { lost = why.message; }
return [(await last.execute({})).success, Workflow.get("kept") === kept, lost === undefined, String(lost).match(/There was.*/)?.[0]];
