const why = async (call, ...given) => {
  try { await call(...given); } catch (problem) { return problem.code ? String(problem) : problem.message; }
  return "ok";
};
let deep = 1;
for (let i = 0; i < 70; i++) deep = [deep];
const all = [];
for (const [call, ...given] of [
  [State.save, "", "k", 1], [State.save, "s", "", 1], [State.load, "s".repeat(513), "k"], [State.load, "s", "k".repeat(4097)],
  [State.save, "s", "k".repeat(65536), 1], [State.save, true, "k", 1], [State.load, "s"], [State.delete],
  [State.save, "s", "k", "x".repeat(1048577)], [State.save, "s", "k", [deep]], [State.save, "s", "k", { 1: 1, a: [() => 1] }],
  [State.save, "s", "k", 1, { tttl: 1 }], [State.save, "s", "k", 1, { ttl: 1, ttlMs: 5 }], [State.save, "s", "k", 1, { ttl: 0 }],
  [State.save, "s", "k", 1, { ttlMs: 1, expiresAt: 5 }], [State.save, "s", "k", 1, { ifVersion: 1, ifAbsent: true }],
  [State.save, "s", "k", 1, { ttl_ms: "1" }], [State.save, "s", "k", 1, 60], [State.save, "s", "k", 1, { expires_at: 1e15 }],
  [State.increment, "s", "k", "1"], [State.increment, "s", "k", 1, { if_version: 1 }],
  [State.commit, 1], [State.commit, [{ key: "k" }]], [State.commit, [{ op: "put", key: "k" }]],
  [State.commit, [{ op: "check", key: "k" }, { op: "dellete", key: "k" }]], [State.commit, [{ op: "clear", key: "k" }]],
  [State.listKeys, "s", { limit: 0 }], [State.listKeys, "s", { size: 1 }], [State.listKeys, ""], [State.clear],
  [() => State.saev], [() => storage.put],
  [State.agentGet, {}, "k"], [State.set, "k"], [State.save, "s", "text", "t"], [State.increment, "s", "text"],
  [State.save, "k", 5], [State.load], [State.save, "s", "k", 1, { seconds: 5 }], [State.delete, "s", "k", { version: 1 }],
  [State.commit, [{ op: "save", key: "k", value: 1, ttk: 5 }]],
]) all.push(await why(call, ...given));
return all;
