// Rewrites values as a list of steps says: all or none, and once.
const assert = (...truths) => truths.forEach((truth, i) => { if (!truth) throw new Error("not so: " + i); });
const fill = async () => {
  await State.clear("people");
  await State.save("people", "ada", { name: "Ada King Lovelace", age: "36", old: 1, address: { city: "London" } });
  await State.save("people", "bob", { name: "Bob", age: 7, tags: "x", version: 1 });
  await State.save("people", "text", "no object");
  await State.save("other", "ada", { old: 1 });
};
const steps = [
  { field: "old", transform: "copy", to: "new" },
  { field: "version", transform: "default", value: 2 },
  { field: "age", transform: "convert", toType: "integer" },
  { field: "old", transform: "remove" },
  { field: "name", transform: "split", separator: " ", to: ["first", "last"], keep: true },
  { fields: ["last", "first"], transform: "merge", separator: ", ", to: "sorted" },
  { field: "address.city", transform: "rename", to: "city" },
  { field: "tags", transform: "convert", to_type: "array" },
];
await fill();
// First, what it would do.
const dry = await State.migrate({ from_version: 1, to_version: 2, scope: "people", transformations: steps, dry_run: true });
assert(dry.dry_run && !dry.applied && dry.success, (await State.all("people")).bob.version === 1, (await State.getSchemaVersions()).length === 0);
const done = await State.migrate({ fromVersion: 1, toVersion: 2, scope: "people", transformations: steps });
const seen = [[dry.examined, dry.changed, dry.skipped, dry.changes.length, dry.changes[0].before.old, dry.changes[0].after.new],
  [done.applied, done.examined, done.changed, done.skipped], await State.all("people"), await State.load("other", "ada")];
// Done is done.
assert(!(await State.migrate({ from_version: 1, to_version: 2, scope: "people", transformations: steps })).applied);
const schema = (await State.schemaVersions())[0];
assert(schema.scope === "people" && schema.version === 2 && schema.history[0].from === 1, (await State.migrationStatus()).current_version === undefined);

const look = async () => JSON.encode([await State.page("people", { values: true }), await State.getSchemaVersions()]);
const why = async (plan) => {
  const state = await look();
  let problem;
  try { await State.migrate(plan); } catch (caught) { problem = caught; }
  // All is as it was, versions included.
  assert(await look() === state);
  return problem ? (problem.code ? String(problem) : problem.message) : "ok";
};
const plan = (...transformations) => ({ from_version: 2, to_version: 3, transformations });
for (const one of [
  plan({ field: "age", transform: "convert", to_type: "boolean" }), { from_version: 5, to_version: 6, scope: "people" },
  plan({ field: "name", transform: "coppy", to: "x" }), plan({ field: "name", transform: "copy" }), plan({ transform: "remove" }),
  plan({ field: "name", transform: "custom", fn: () => 1 }), plan({ field: "name", transform: "convert", to_type: "date" }),
  plan({ field: "name", transform: "copy", to: "sorted.x" }), { to_version: 3 }, { from_version: 1, to_version: 2, scpe: "x" }, 3,
  plan({ field: "name", transform: "default" }),
]) seen.push(await why(one));
await State.migrate({ from_version: 1, to_version: 2 });
assert((await State.getMigrationStatus()).current_version === 2, (await State.migrate({ from_version: 2, to_version: "3" })).applied);
return seen;
