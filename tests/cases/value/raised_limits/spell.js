// What the operator allows is allowed: long texts, deep and wide values, photos.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const nested = (levels) => { let value = 1; for (let i = 0; i < levels; i++) value = [value]; return value; };
const wide = (count) => Array.from({ length: count }, (_, i) => i + 1);
const kept = async (value) => { await State.save("global", "k", value); return State.load("global", "k"); };
assert((await kept("x".repeat(2000000))).length === 2000000, "long");
assert((await kept(wide(150000))).length === 150000, "wide");
assert(JSON.encode(await kept(nested(85))) === JSON.encode(nested(85)), "deep");
const agent = Agent.create({ name: "reader" });
assert((await agent.run("word ".repeat(400000))).length > 100, "prompt");
agent.setHistory(agent.getHistory());
await agent.saveState();
const photo = new Uint8Array(1500008).fill(114);
photo.set([137, 80, 78, 71, 13, 10, 26, 10]);
assert((await agent.run({ prompt: "what?", images: [photo] })) !== "", "photo");
const said = [];
for (const value of ["x".repeat(3500000), nested(95), wide(250000)]) {
  try { await State.save("global", "k", value); } catch (why) { said.push(why.message.match(/more than.*?\)/)[0]); }
}
return said;
