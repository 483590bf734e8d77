// Whatever JSON can carry comes back as it was, in every scope.
const values = [
  1, -9007199254740993n, 1.5, 0.1, "", "text", "\u{1F600} \0 \n", true, false, [1, 2, [3]], [], {},
  { a: { b: { c: [{}, []] } } },
];
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
for (let i = 1; i <= values.length; i++) {
  await State.save("global", "value " + i, values[i - 1]);
  const back = await State.load("global", "value " + i);
  assert(JSON.encode(back) === JSON.encode(values[i - 1]), i);
  assert(typeof back === typeof values[i - 1], i);
}
// Null is a value that reads as nothing.
await State.save("global", "null", null);
assert(await State.load("global", "null") === undefined && await State.load("global", "null", 7) === 7 && await State.exists("global", "null"));
// The same key of another scope is another one.
await State.save("agent:a", "k", 1);
await State.save("agent:b", "k", 2);
await State.save("workflow:research", "k", 3);
assert(await State.load("agent:a", "k") === 1 && await State.load("agent:b", "k") === 2 && await State.load("workflow:research", "k") === 3);
assert(await State.load("agent:c", "k") === undefined && await State.load("agent:c", "k", "none") === "none");
// It is a copy.
const list = [1];
await State.save("global", "list", list);
list[1] = 2;
assert((await State.load("global", "list")).length === 1);
assert(await State.delete("agent:a", "k") === true && await State.delete("agent:a", "k") === false && !await State.exists("agent:a", "k"));
return [await State.scopes(), await State.listKeys("workflow:research"), await State.entry("workflow:research", "k")];
