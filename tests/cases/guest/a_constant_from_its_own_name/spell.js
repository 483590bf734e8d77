// `const X = X.…` always throws, so that the global is meant; of names that are the prelude's, and in this form alone.
const llm = llm.agent({ name: "T" });
const util = await util.sleep(1), Agent = Agent.create, JSON2 = globalThis.JSON;
const name = (f) => { try { f(); } catch (error) { return error.name; } return "fine"; };
return [
  llm.name, typeof Agent, typeof globalThis.llm,
  name(() => { const mine = mine.x; }), name(() => { const env = [env.x]; }), name(() => { const Math = Math.PI; }),
  name(() => { const params = ((f) => f())(() => params.x); }),
];
