// zigllms.memory: the same store, in a scope of its own.
const assert = (...truths) => truths.forEach((truth, i) => { if (!truth) throw new Error("not so: " + i); });
const { memory } = zigllms;
for (let i = 1; i <= 10; i++) await memory.store("key_" + i, "value_" + i);
await memory.store("user_ada_age", 36, { ttl: 5 });
assert(await memory.retrieve("key_3") === "value_3", await memory.retrieve("none") === undefined, await State.load("memory", "key_1") === "value_1");
assert(await State.get("key_1") === undefined);
const seen = [await memory.list_keys("key_1*"), await memory.list_keys("*_a*_age"), await memory.listKeys("key_2"), await memory.list_keys("k*y*3"),
  await memory.list_keys("x*"), (await memory.list_keys()).length];
await util.sleep(5000);
assert(await memory.retrieve("user_ada_age") === undefined, await memory.delete("key_1"), !(await memory.delete("key_1")));
assert((await memory.getStats()).keys === 9, memory.Scope.GLOBAL === "global" && memory.Type.SHORT_TERM === "short_term");
assert(await memory.clear() === 9, (await memory.get_stats()).keys === 0);
let why;
try { await memory.persist("file"); } catch (problem) { why = problem.message; }
assert(why.includes("State.backup makes a copy"));
return seen;
