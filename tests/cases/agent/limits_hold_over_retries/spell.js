// What an agent may spend in a run holds over all attempts that hooks ask for.
let tries = 0, why = null;
Hook.register("agent:after_execution", () => { tries++; return { type: "retry", delay_ms: 0, max_attempts: 100 }; });
const agent = Agent.create({ name: "a", limits: { tokens: 420 }, maxTokens: 20 });
try { await agent.run("word ".repeat(60)); } catch (error) { why = error; }
if (why?.code !== "budget") throw why ?? new Error("no error");
if (tries < 1 || tries > 6) throw new Error(tries + " tries");
if (agent.get_state().usage.input_tokens > 420) throw new Error("more was spent");
return why.code;
