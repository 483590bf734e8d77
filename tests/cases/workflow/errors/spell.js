// What becomes of a step that fails: strategies, retries, optional steps, on_error.
let tries = 0;
const sometimes = (after) => {
  tries = 0;
  return () => { if (++tries < after) throw "try " + tries; return tries; };
};
const run = async (definition) => {
  const result = await Workflow.sequential(definition).execute();
  return [result.success, result.status, result.text, result.error ? [result.error.step, result.error.message] : false];
};
const bad = { name: "bad", handler: () => { throw "broken"; } }, fine = { name: "fine", handler: () => "fine" };
let why;
try { await run({ steps: [bad, fine] }); } catch (error) { why = error; }
const all = [
  [why === undefined, why.code, why.message, why.details.steps.bad.status, why.details.steps.fine === undefined],
  await run({ errorStrategy: "continue", steps: [bad, fine] }),
  await run({ continueOnError: true, steps: [bad, fine] }),
  await run({ steps: [{ name: "bad", optional: true, handler: bad.handler }, fine] }),
  await run({ steps: [{ name: "bad", required: false, handler: bad.handler }, fine] }),
  await run({ steps: [{ name: "bad", onError: "continue", handler: bad.handler }, fine] }),
  await run({ steps: [{ name: "bad", onError: "rescue", handler: bad.handler }, { name: "passed", handler: () => { throw "not here"; } }, { name: "rescue", handler: () => "rescued" }] }),
  await run({ steps: [{ name: "bad", handler: bad.handler, onError: (ctx, problem) => ctx.step_name + ": " + problem.message + ", " + ctx.error.code }] }),
  await run({ steps: [{ name: "again", retryCount: 2, retryDelayMs: 1, handler: sometimes(3) }] }), tries,
  await run({ steps: [{ name: "again", retry: { maxAttempts: 3, backoffMs: 100, exponential: true }, handler: sometimes(3) }] }), tries,
  await run({ steps: [{ name: "again", retryPolicy: { maxAttempts: 2, backoffMs: 1, backoffMultiplier: 2 }, handler: sometimes(2) }] }), tries,
  await run({ errorStrategy: "retry", steps: [{ name: "again", handler: sometimes(3) }] }), tries,
  await run({ maxRetries: 1, retryDelayMs: 1, steps: [{ name: "again", handler: sometimes(2) }] }), tries,
];
const result = await Workflow.sequential({ errorStrategy: "continue", steps: [{ name: "again", retryCount: 1, retryDelayMs: 0, handler: sometimes(3) }, fine] }).execute();
// A refusal is not tried again.
const denied = await Workflow.sequential({ errorStrategy: "continue", steps: [{ name: "no", tool: "nothing_of_this_name", retryCount: 5 }, fine] }).execute();
return [all, [result.steps.again.attempts, result.steps.again.error.message, result.metadata.extra.failed_steps], [denied.steps.no.attempts, denied.steps.no.error.code]];
