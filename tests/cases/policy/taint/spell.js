// What the run has taken in bars where it may let something go; the refusal names the call that brought it in.
async function attempt(work, ...rest) {
  try { await work(...rest); return true; } catch (failure) { return failure.message; }
}
return [
  await attempt(State.save, "global", "a", 1), await attempt(Tool.execute, "mail", {}), await attempt(State.save, "global", "a", 2), await State.load("global", "a"),
  await attempt(async () => (await llm.agent({ model: "openai/gpt-4o" })).run("x")), await attempt(Tool.execute, "mail", {}),
  await attempt(Tool.execute, "calculator", { input: "1" }),
];
