// What agents are told beside the prompt.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const message = (call) => { try { call(); } catch (why) { return why.message; } };
const agent = Agent.create({ system: "Be kind.", stateless: true });
const top = Agent.createContext({ conversation_id: "c1", scope: "global", data: { topic: "tea", n: 1 } });
const child = Agent.create_child_context(top, { type: "session", id: "s1" }, "inherit");
Agent.update_context(child, "mood", "happy");
assert(Agent.get_context_data(child, "topic") === "tea" && Agent.get_context_data(top, "mood") === undefined, "inherits");
const copy = Agent.createChildContext(top, "global", "copy");
Agent.updateContext(top, "topic", "coffee");
assert(Agent.get_context_data(child, "topic") === "coffee" && Agent.getContextData(copy, "topic") === "tea", "copies");
Agent.set_shared_memory({ type: "session", id: "s1" }, "seen", [1, 2]);
assert(Agent.get_shared_memory({ type: "session", id: "s1" }, "seen")[1] === 2, "shares");
assert(Agent.getHierarchy(child)[1].id === top, "hierarchy");
assert((await agent.execute_with_context("what?", child)).text === "told", "told");
Agent.remove_context(copy);
return [message(() => Agent.get_context_data(copy)), message(() => Agent.create_context({ security: { permissions: ["all"] } }))];
