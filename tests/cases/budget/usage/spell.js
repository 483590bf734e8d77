// What is not reported is charged as it was set aside, and so is what can't be; a refusal costs nothing.
const ask = async (what) => {
  try {
    await llm.complete({ messages: [{ role: "user", content: what }], max_tokens: 50, model: "openai/gpt-4o" });
  } catch {}
  print(what + "\t" + Budget.remaining().tokens);
};
await ask("nothing");
await ask("huge");
await ask("refused");
await ask("broken off");
await ask("half");
