const prompt = "x".repeat(500000);
const agent = await llm.agent({});
for (;;) try { await agent.run(prompt); } catch { }
