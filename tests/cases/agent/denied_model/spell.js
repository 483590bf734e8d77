try { await llm.agent({model: "openai/o1"}); throw new Error("granted"); } catch (failure) { if (failure.code !== "denied") throw failure; }
const reply = await llm.agent({model: "openai/gpt-4o"}).run("x");
if (!reply) throw new Error("no reply");
await llm.complete({model: "openai/o1", messages: [{role: "user", content: "x"}]});
