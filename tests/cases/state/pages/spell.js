// Keys in the order of their bytes, page by page.
const assert = (truth) => { if (!truth) throw new Error("not so"); };
const changes = [];
for (let i = 1; i <= 1000; i++) changes.push({ op: "save", scope: "many", key: "k" + String(i).padStart(4, "0"), value: i });
await State.commit(changes);
for (const key of ["a", "b/1", "b/2", "Z", "k0000", "\u{e9}", "\u{1F600}"]) await State.save("many", key, key);
const all = await State.listKeys("many");
assert(all.length === 1007 && all[0] === "Z" && all[1005] === "\u{e9}" && all[1006] === "\u{1F600}");

// By hand.
let page = {}, pages = 0, keys = 0;
do {
  page = await State.page("many", { prefix: "k", limit: 300, after: page.next });
  pages++;
  keys += page.entries.length;
} while (page.next);
assert(pages === 4 && keys === 1001);
const first = await State.page("many", { prefix: "k00", limit: 2, values: true });
const last = await State.page("many", { after: "k1000" });
assert(last.next === undefined && last.entries.length === 2 && last.entries[0].value === undefined && last.entries[0].version > 0);
// A prefix, a part, and what comes after.
const count = async (...given) => (await State.listKeys(...given)).length;
assert(await count("many", "b/") === 2 && await count("many", { limit: 5 }) === 5 && await count("none") === 0);
assert((await State.listKeys("many", { after: "k0998", limit: 3 }))[2] === "\u{e9}");
let total = 0;
for (const value of Object.values(await State.all("many", { prefix: "k0" }))) total += Number(value) || 0;
// A page with values ends early, and nothing is lost by it.
for (let i = 1; i <= 5; i++) await State.save("large", "k" + i, "x".repeat(200000));
const large = await State.page("large", { values: true });
return [first, total, large.entries.length, large.next, await count("large"), (await State.all("large")).k5.length];
