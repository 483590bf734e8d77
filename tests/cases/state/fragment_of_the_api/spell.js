// A fragment as it is written, with what it takes for granted before and after it.
const scope = "session:1", key = "settings", defaultValue = { fresh: true };
const assert = (truth) => { if (!truth) throw new Error("not so"); };
const doomed = { old_field: "kept", other: 1 };
await State.save("global", "record", doomed);
for (const given of [{ theme: "dark" }]) {
  // Save state with automatic persistence
  await State.save(scope, key, given);

  // Load state with optional default
  const value = (await State.load(scope, key)) || defaultValue;
  assert(value.theme === "dark");

  // Delete state
  await State.delete(scope, key);
  assert(((await State.load(scope, key)) || defaultValue).fresh);

  // List keys in scope
  const keys = await State.listKeys(scope);
  assert(keys.length === 0);

  // Perform migration
  await State.migrate({
    from_version: 1,
    to_version: 2,
    transformations: [
      { field: "old_field", transform: "copy", to: "new_field" },
      { field: "version", transform: "default", value: 2 },
    ],
  });

  // Backup operations
  const backupId = await State.backup({ description: "Pre-update" });
  await State.save("global", "record", "spoilt");
  await State.restore(backupId);
}
// And another one.
await State.save("global", "shared_key", { value: 42 });
return [await State.load("global", "record"), await State.load("global", "shared_key"), (await State.listBackups())[0].description];
