// What an agent remembers, and for how long.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const caught = async (call) => { try { await call(); } catch (why) { return why; } throw new Error("no error"); };
const agent = Agent.create({ name: "bob", model: "openai/gpt-4", system: "Be brief." });
assert((await agent.run("My name is Ann.")).text === "Hello Ann.", 1);
assert((await agent.run("What is my name?")).text === "Ann.", "the second request holds the first turn");
assert(agent.getHistory().length === 4 && agent.get_history()[0].content === "My name is Ann.", 3);

// A run that fails leaves the history as it was.
let why = await caught(() => agent.run("Fail!"));
assert(why.code === "provider" && agent.get_history().length === 4, why);

// Stateless: sees nothing and adds nothing, for one run or for all.
assert((await agent.run("Who am I?", { stateless: true })).text === "I do not know.", 5);
assert(agent.get_history().length === 4, 6);
const forgetful = Agent.create({ stateless: true });
await forgetful.run("a");
assert((await forgetful.run("b")).text === "no a" && forgetful.get_history().length === 0, 7);

// Set and cleared by hand.
agent.setHistory([{ role: "user", content: "I am Eve." }, { role: "assistant", content: "Hi Eve." }]);
assert((await agent.run("And now?")).text === "Eve.", 8);
agent.clearHistory();
assert(agent.get_history().length === 0, 9);
why = await caught(() => agent.set_history([{ role: "assistant" }]));
assert(why.code === "invalid", why);

// Capped: whole turns go, the oldest first.
const short = Agent.create({ custom_config: { maxConversationLength: 4 } });
for (let i = 1; i <= 4; i++) await short.run(`question ${i}`);
const history = short.get_history();
return [history.length, history[0].content, short.get_state().history];
