// Every budget that applies, from the inside out; `tokens` and `cost` are the least that is left of any.
const show = () => {
  const left = Budget.remaining();
  const lines = left.budgets.map((one) => {
    const whose = one.period ? one.whose + "/" + one.period : one.whose;
    return `${whose} ${one.budget} ${one.left} of ${one.allowed}`;
  });
  return lines.join(", ") + "; " + left.tokens + " and " + left.cost;
};
print(show());
Tool.create({ name: "look", parameters: { type: "object" }, execute: () => {
  print(show());
  return "seen";
} });
const agent = Agent.create({ name: "a", model: "openai/gpt-4o", tools: ["look"], limits: { tokens: 800 } });
await agent.run("question");
print(show());
