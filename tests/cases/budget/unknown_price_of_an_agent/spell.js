// An agent's own budget is the spell's to see to.
const fails = async (act) => { try { await act(); } catch (failure) { return failure; } };
const agent = Agent.create({ name: "a", model: "local/m", limits: { cost: "1" } });
const failure = await fails(() => agent.run("hi"));
if (failure.code !== "budget" || failure.details.whose !== "agent") throw failure;
const streamed = await fails(() => agent.stream("hi", () => {}));
if (streamed.message !== failure.message) throw streamed;
return failure.message;
