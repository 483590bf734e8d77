// A model puts what was said before the last entries in short; the summary takes their place.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const id = await Session.create({ id: "talk" });
for (let i = 1; i <= 6; i++) await Memory.add(id, "user", "entry " + i);
const done = await Memory.consolidate(id, { model: "test/small", keep: 2, max_tokens: 100 });
assert(done.consolidated === 4 && done.summary === "They spoke of tides." && done.usage.total_tokens === 15, 1);
const left = await Memory.recent(id);
assert(left.length === 3 && left[0].content === "entry 5" && left[2].role === "summary" && left[2].metadata.through === 4, 2);
// Where there is nothing to put in short, no model is asked.
assert((await Memory.consolidate(id, { model: "test/small" })).consolidated === 0, 3);
return left[2].content;
