// A provider that goes on beyond the run's budget, and does not say so, ends the run: nothing catches it.
const agent = Agent.create({ name: "a", model: "openai/gpt-4o" });
try { await agent.run("go on"); } catch {}
print("still here");
