// Agents made of agents.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const caught = (promise) => promise.then((value) => { throw new Error("no error but " + value); }, (why) => why);
const [a, b, c] = ["a", "b", "c"].map((name) => Agent.create({ name, stateless: true }));
const chain = Agent.createComposite("chain", ["a", b], "sequential");
const reply = await chain.run("start");
assert(reply.text === "a(start) then b" && reply.outputs.length === 2 && reply.outputs[0].agent === "a" && reply.routing === "sequential", "chain");
assert((await Agent.create_composite("both", [a, b], "parallel").run("both")).text === "A\n\nB", "both");
assert((await Agent.create_composite("jury", [a, b, c], { strategy: "vote", threshold: 0.6 }).run("guilty?")).text === "Yes.", "jury");
const split = await caught(Agent.create_composite("split", [a, b, c], { strategy: "vote", threshold: 0.9 }).run("guilty?"));
assert(split.code === "invalid-output", split);
const router = Agent.create_composite("router", [a, b], (prompt) => prompt === "for b" ? "b" : 0);
assert((await router.run("for b")).text === "B got it" && (await router.execute({ prompt: "for a" })).text === "A got it", "router");
const saved = Agent.create_composite("saved", [a], { strategy: "sequential", fallbackAgent: c });
assert((await saved.run("break")).text === "C saves", "saved");
const slow = Agent.create_composite("slow", [a], { strategy: "sequential", timeout_ms: 10 });
const late = await caught(slow.run("slow"));
assert(late.code === "timeout", late);
assert(Agent.get("chain").describe().type === "composite", "type");
try { Agent.create_composite("x", [a], "sequental"); } catch (why) { return why.message; }
