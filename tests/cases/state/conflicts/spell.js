// Compare-and-set: by versions, which a key that is deleted and made anew does not get again.
const assert = (truth) => { if (!truth) throw new Error("not so"); };
const first = await State.compareAndSet("s", "k", undefined, "mine");
assert(first.ok && !(await State.cas("s", "k", 0, "again")).ok);
const stolen = await State.compare_and_set("s", "k", first.version + 1000, "theirs");
assert(!stolen.ok && stolen.version === first.version && await State.load("s", "k") === "mine");
const second = await State.compareAndSet("s", "k", first.version, "newer", { ttl: 60 });
assert(second.ok && second.version > first.version && (await State.entry("s", "k")).expires_at);
// Deleted and made anew, it is another one.
await State.delete("s", "k");
const gone = await State.compareAndSet("s", "k", second.version, "late");
assert(!gone.ok && gone.version === undefined);
await State.save("s", "k", "mine");
assert(!(await State.compareAndSet("s", "k", first.version, "late")).ok);

const why = async (call, ...given) => {
  try { await call(...given); } catch (problem) { return [problem.code, problem.message, problem.details.current ?? "none"]; }
  return true;
};
// Conditions of save and delete.
const version = (await State.entry("s", "k")).version;
return [
  await why(State.save, "s", "k", 1, { if_absent: true }), await why(State.save, "s", "k", 1, { if_version: 1 }),
  await why(State.save, "s", "none", 1, { if_version: 1 }), await why(State.delete, "s", "k", { if_version: 1 }),
  await why(State.delete, "s", "k", { if_version: version }),
];
