// Without a grant of state nothing is kept, and what needs no checkpoint runs.
const flow = Workflow.sequential({ name: 'flow', steps: [{ name: 'a', handler: () => 1 }] });
let why;
try {
  await flow.execute(null, { checkpoint: 'id' });
} catch (problem) {
  why = problem;
}
return [why === undefined, why.code, why.message.includes('checkpoint:id'), (await flow.execute()).output];
