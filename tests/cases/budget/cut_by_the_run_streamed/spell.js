// A stream that goes on beyond the run's budget ends the run, as an answer does that comes at once.
const agent = Agent.create({ name: "a", model: "openai/gpt-4o" });
try { await agent.stream("go on", () => {}); } catch {}
print("still here");
