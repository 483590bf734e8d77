// As where it is not streamed.
const agent = Agent.create({ name: "a", model: "local/m" });
try { await agent.stream("hi", () => {}); } catch {}
print("still here");
