// Workflows that are dropped leave nothing behind: neither places among the handles nor functions.
let sum = 0;
for (let i = 1; i <= 1100; i++)
  sum += (await Workflow.sequential({ steps: [{ handler: (ctx) => ctx.input }, { handler: (ctx) => ctx.step1 + 1 }] }).execute(i)).output;
return sum;
