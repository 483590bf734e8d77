// A prompt of blanks is refused before anything is sent, also where there is a history.
const agent = Agent.create({ name: "a" }), said = [];
await agent.run("hello");
for (const ask of [
  () => agent.run(" \n"),
  () => llm.complete({ prompt: "\t" }),
  () => llm.complete({ messages: [{ role: "user", content: "a" }, { role: "assistant", content: "b" }, { role: "user", content: " " }] }),
]) {
  try { said.push(await ask() && true); } catch (why) { said.push(why.code + ": " + why.message); }
}
return [said, agent.getHistory().length];
