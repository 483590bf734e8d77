// A hook that redirects a run to another agent gives it no new budget: that of the first agent applies, and is used up.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const fails = async (act) => { try { await act(); } catch (failure) { return failure; } };
const create = (name, limits) => Agent.create({ name, stateless: true, limits });
const poor = create("poor", { tokens: 10 }), rich = create("rich"), thrifty = create("thrifty", { tokens: 100 });
Hook.register("agent:poor:before_execution", () => ({ type: "redirect", target: "rich" }));
const failure = await fails(() => poor.run("question"));
assert(failure.code === "budget" && failure.details.whose === "agent", failure);
assert(failure.details.allowed === 10 && failure.details.left === 10, JSON.stringify(failure.details));
assert((await rich.run("question")).text === "42", "an agent's own run has its own");
// The other way round the target's own limit holds.
Hook.register("agent:rich:before_execution", () => ({ type: "redirect", target: "poor2" }));
create("poor2", { tokens: 10 });
const other = await fails(() => rich.run("question"));
assert(other.code === "budget" && other.details.allowed === 10, other);
assert((await thrifty.run("question")).agent === "thrifty", "what fits goes");
