// An agent's own budget is a failure, not the end of the run; what its tools ask counts, too.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const small = { tokens: 120 };
Tool.create({ name: "ask_another", parameters: { type: "object" }, execute: async () => {
  const left = Budget.remaining().tokens;
  const reply = await Agent.create({ name: "helper", stateless: true }).run("sub question");
  return `${left}, then ${Budget.remaining().tokens}: ${reply}`;
} });
const agent = Agent.create({ name: "lead", tools: ["ask_another"], limits: small });
const fails = async (act) => { try { await act(); } catch (failure) { return failure; } };
let failure = await fails(() => agent.run("question"));
assert(failure.code === "budget" && failure.details.whose === "agent", failure);
print(failure.message);
assert(failure.details.budget === "tokens" && failure.details.allowed === 120 && failure.details.left < failure.details.needed, "details");
failure = await fails(() => Agent.create({ limits: { cost: 1.5 } }));
assert(failure.code === "invalid", failure);
failure = await fails(() => Agent.create({ limits: { cost: "1e3" } }));
assert(failure.message === "the limits: 'cost': '1e3' is not an amount in dollars such as 5, 0.25 or 0.000450", failure);
return Budget.remaining().tokens;
