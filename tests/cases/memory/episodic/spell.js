// What was said is found by time and by words.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const id = await Session.create({ id: "talk" });
const said = ["Tides come twice a day.", "The moon pulls the sea.", "Bread needs yeast.", "The SEA is salty; the sea is deep."];
for (let i = 1; i <= 4; i++)
  assert(await Memory.episodic.add(id, i % 2 === 1 ? "user" : "assistant", said[i - 1], { n: i }) === i, 1);
await Memory.add(null, "user", "outside of sessions");
const recent = await Memory.episodic.recent(id, 2);
assert(recent.length === 2 && recent[0].number === 3 && recent[1].content.includes("salty") && recent[0].metadata.n === 3, 2);
const found = await Memory.episodic.search(id, "sea, moon!", 10);
assert(found.length === 2 && found[0].number === 2 && found[0].score > found[1].score, 3);
assert((await Memory.search(id, "needs nothing of this")).length === 1 && (await Memory.search(id, "zebra")).length === 0 && (await Memory.search(id, "")).length === 0, 4);
assert((await Memory.recent(id, { role: "user" })).length === 2 && (await Memory.recent(id, { after: 1, limit: 1 })).length === 1, 5);
assert((await Memory.recent(id, { after: 1, limit: 1 }))[0].number === 2, 6);
await Session.setCurrent(id);
assert((await Memory.recent()).length === 4 && (await Memory.recent("global")).length === 1, 7);
assert(await Memory.forget(id, 2) === 2 && (await Memory.recent()).length === 2 && await Memory.add(null, "user", "five") === 5, 8);
// What fits into so many tokens of a model, in the order of time.
const all = await Context.assemble({ query: "sea", max_tokens: 1000, model: "openai/gpt-4o" });
assert(all.entries.length === 3 && all.exact === true && all.text.slice(0, 5) === "user:" && all.entries[0].number === 3, 9);
const few = await Context.assemble({ query: "sea", max_tokens: all.tokens - 1, model: "openai/gpt-4o", session: id });
assert(few.entries.length === 2 && few.tokens < all.tokens && few.text.includes("salty"), 10);
assert((await Context.assemble("sea", "episodic", 1, id)).text === "", 11);
assert(await Context.countTokens("The quick brown fox jumps.", "openai/gpt-4o") === 6, 12);
assert((await Context.countTokens(["a", "b"], "openai/gpt-4o")).length === 2, 13);
// It goes with its session.
await Session.delete(id);
let gone;
try { await Memory.recent(id); } catch (error) { gone = error; }
assert(gone?.code === "not-found", 14);
return all.tokens;
