// Money, counted exactly: each call is 0.000125 + 0.0005 dollars.
const agent = Agent.create({ name: "a", model: "openai/gpt-4o", stateless: true, max_tokens: 100 });
for (let i = 1; i <= 100; i++) {
  try { await agent.run("go on"); } catch {}
  print(Budget.remaining().cost);
}
