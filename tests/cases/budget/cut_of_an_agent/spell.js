// An answer that is cut by the agent's own budget is a failure that says what is left; streamed or not.
const fails = async (act) => { try { await act(); } catch (failure) { return failure; } };
const agent = Agent.create({ name: "a", model: "openai/gpt-4o", stateless: true, limits: { tokens: 100 } });
const streamed = await fails(() => agent.stream("go on", () => {}));
const whole = await fails(() => agent.run("go on"));
for (const failure of [streamed, whole]) {
  if (failure.code !== "budget" || failure.details.whose !== "agent" || failure.details.left !== 0) throw failure;
}
if (streamed.message !== whole.message) throw whole;
print(whole.message);
return Budget.remaining().tokens;
