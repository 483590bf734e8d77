// Agents that only their names know make room for others; waiting needs no place among them.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const kept = Agent.create({ name: "kept" }), boss = Agent.register({ name: "boss", model: "test/model" });
for (let i = 1; i <= 50; i++) await Agent.create({ name: "worker-" + i }).run("x");
assert(Agent.get("kept") === kept && Agent.get(boss) && !Agent.exists("worker-1") && Agent.exists("worker-50"), "names");
let lost, full;
try { Agent.getInfo("worker-1"); } catch (why) { lost = why.message; }
const all = [];
try { for (let i = 1; i <= 50; i++) all.push(Agent.create({ name: "all-" + i })); } catch (why) { full = why; }
await util.sleep(1);
assert((await llm.complete({ prompt: "x" })).length > 0, "complete");
await all[0].shutdown();
Agent.create({ name: "one more" });
return [lost.match(/There was.*/)[0], full.code, full.message];
