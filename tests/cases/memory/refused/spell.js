// What is wrong with a call, and what is not there yet, is said in one line.
const told = [];
const refused = async (work, ...given) => {
  let failure;
  try { await work(...given); } catch (error) { failure = error; }
  if (!failure) throw new Error("not refused: " + JSON.stringify(given).slice(0, 80));
  told.push((failure.code ?? "script") + ": " + failure.message);
};
await refused(Memory.add, null, "user", "x".repeat(16385));
await refused(Memory.add, null, "user", "x", { m: "x".repeat(5000) });
await refused(Memory.add, "no", "user", "x");
await refused(Memory.recent, null, { limit: 0 });
await refused(Memory.recent, null, { lim: 1 });
await refused(Memory.semantic.query, true);
await refused(Context.assemble, "x", "sematic", 10);
await refused(Context.assemble, { query: "x" });
await refused(Agent.create, { model: "openai/gpt-4o", memory: true });
await refused(Agent.create, { name: "a", model: "openai/gpt-4o", memory: "" });
await refused(Agent.create, { name: "a", model: "openai/gpt-4o", memory: true, stateless: true });
await Session.create({ id: "s" });
await Session.suspend("s");
await refused(Memory.add, "s", "user", "x");
return told;
