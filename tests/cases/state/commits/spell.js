// Several changes at once: all of them or none.
const assert = (truth) => { if (!truth) throw new Error("not so"); };
const done = await State.commit([
  { op: "save", scope: "a", key: "x", value: [1] }, { op: "set", key: "y", value: null },
  { op: "increment", scope: "a", key: "n", by: 2 }, { op: "increment", scope: "a", key: "n" },
  { op: "delete", scope: "a", key: "none" }, { op: "check", scope: "a", key: "x" },
]);
const before = (await State.entry("a", "x")).version;
assert(before === done.version && await State.load("a", "n") === 3);

const refused = async (changes) => {
  let problem;
  try { await State.commit(changes); } catch (caught) { problem = caught; }
  // Nothing of it was done.
  assert((await State.entry("a", "x")).version === before && await State.load("a", "n") === 3 && !(await State.exists("a", "new")));
  return problem.code + ": " + problem.message;
};
const many = [];
for (let i = 0; i < 1001; i++) many.push({ op: "delete", key: "k" });
const seen = [
  await refused([{ op: "save", scope: "a", key: "new", value: 1 }, { op: "check", scope: "a", key: "x", ifVersion: 999 }]),
  await refused([{ op: "save", scope: "a", key: "x", value: 2 }, { op: "save", scope: "a", key: "n", value: 1, ifAbsent: true }]),
  await refused([{ op: "clear", scope: "a" }, { op: "save", scope: "a", key: "new", value: 1 }, { op: "increment", scope: "a", key: "new", by: 1e308 },
    { op: "increment", scope: "a", key: "new", by: 1.7e308 }]),
  await refused([{ op: "delete", scope: "a", key: "x" }, { op: "check", scope: "a", key: "x", if_version: before }]),
  await refused(many),
];
// Later changes see what earlier ones did; and clear takes the whole scope.
await State.commit([{ op: "delete", scope: "a", key: "x" }, { op: "save", scope: "a", key: "x", value: 2, if_absent: true }]);
assert(await State.clear("a") === 2 && await State.clear("a") === 0 && await State.exists("y"));
assert((await State.commit([])).version === 0);
return [done.changes, seen];
