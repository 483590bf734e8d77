// Copies of everything, as of one moment.
const assert = (...truths) => truths.forEach((truth, i) => { if (!truth) throw new Error("not so: " + i); });
await State.save("global", "a", [1]);
await State.save("user:1", "b", 2, { ttl: 100 });
const first = await State.backup({ description: "Pre-update" });
await util.sleep(1000);
await State.save("global", "a", "spoilt");
await State.delete("user:1", "b");
await State.save("new", "c", 3);
const second = await State.createBackup("second");
assert(second.success && second.id === second.backup_id && second.keys === 2);
assert(await State.restore(first) === true);
assert((await State.load("global", "a"))[0] === 1, await State.load("user:1", "b") === 2, (await State.entry("user:1", "b")).expires_at, !(await State.exists("new", "c")));
assert((await State.restoreBackup(second)).success, await State.load("global", "a") === "spoilt", await State.exists("new", "c"));

const list = await State.listBackups();
assert(list.length === 2 && list[0].id === second.id && list[1].description === "Pre-update" && list[1].keys === 2 && list[0].created_at > list[1].created_at);
assert((await State.listBackups())[0].tenant === undefined);
const judged = await State.validateBackup(first);
assert(judged.valid && judged.is_valid && judged.keys === 2);
const usage = await State.getStorageUsage();
assert(usage.keys === 2 && usage.backups === 2 && usage.total_bytes === usage.bytes + usage.backup_bytes && usage.limits.backups === 20);

const why = async (call, ...given) => {
  try { await call(...given); } catch (problem) { return problem.code ? String(problem) : problem.message; }
  return "ok";
};
const seen = [
  await why(State.restore, "backup-1"), await why(State.validateBackup, "none"), await why(State.restore, true), await why(State.backup, { desc: "x" }),
  await why(State.backup, "x".repeat(1001)), await why(State.cleanupBackups, { keep: -1 }), await why(State.cleanupBackups, { kep: 1 }),
];
// The newest stay.
await util.sleep(10000);
for (let i = 1; i <= 4; i++) {
  await State.backup("backup " + i);
  await util.sleep(1000);
}
const cleaned = await State.cleanupBackups({ keep: 1, olderThanDays: 0.0001 });
assert(cleaned.deleted === 2 && cleaned.ids[1] === first, (await State.listBackups()).length === 4);
assert((await State.cleanupBackups(3)).deleted_count === 1, await State.deleteBackup((await State.listBackups())[2].id), !(await State.deleteBackup("backup-1")));
assert((await State.listBackups())[0].description === "backup 4", (await State.backups()).length === 2);
// They cost no fuel, so their number has a limit of its own.
let last;
for (let i = 0; i < 100 && !last; i++) {
  try { await State.validateBackup((await State.listBackups())[0].id); } catch (problem) { last = problem; }
}
seen.push(last.code + ": " + last.message);
return seen;
