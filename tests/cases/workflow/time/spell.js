// Timeouts of steps, of branches and of the whole.
const slow = (wait) => async () => { await util.sleep(wait); return "done"; };
const run = async (definition) => {
  try {
    const result = await Workflow.create(definition).execute();
    return [result.status, result.text];
  } catch (why) {
    return [why.code, why.message.includes("Step slow failed")];
  }
};
return [
  await run({ steps: [{ name: "slow", timeoutMs: 100, handler: slow(60000) }] }),
  await run({ steps: [{ name: "slow", timeoutMs: 60000, handler: slow(100) }] }),
  await run({ stepTimeoutMs: 100, steps: [{ name: "slow", handler: slow(60000) }] }),
  (await run({ timeoutMs: 100, steps: [{ name: "slow", handler: slow(60000) }] }))[0],
  await run({ timeoutSeconds: 60, steps: [{ name: "slow", handler: slow(100) }] }),
  await run({ type: "parallel", branches: [{ name: "late", timeoutMs: 100, required: false, steps: [{ name: "a", handler: slow(60000) }] }, { name: "early", steps: [{ name: "b", handler: slow(10) }] }] }),
];
