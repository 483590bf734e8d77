// Functions that are asked before and after the store is read or written, and what they may do.
const seen = [];
const why = async (call, ...given) => {
  try { return (await call(...given)) ?? "nil"; } catch (problem) { return problem.code + ": " + problem.message; }
};
const having = async (point, answer, main) => {
  const hook = Hook.register(point, (context) => {
    seen.push([context.point, context.component_id.name, context.scope ?? "-", context.key ?? "-", context.operation ?? "-", context.data ?? "nil"]);
    return typeof answer === "function" ? answer(context) : answer;
  });
  seen.push(await main());
  hook.unregister();
};

await having("state:before_write", { type: "modified", data: { rewritten: true } }, async () => {
  await State.save("s", "a", 1);
  return State.load("s", "a");
});
await having("BeforeStateWrite", "skip", async () => {
  await State.save("s", "a", 2);
  return [await State.load("s", "a"), await State.delete("s", "a"), await State.exists("s", "a")];
});
await having("state:s:before_write", { type: "cancel", reason: "read only" }, async () =>
  [await why(State.save, "s", "a", 2), await why(State.delete, "s", "a"), await why(State.increment, "s", "n"), await State.save("other", "a", 2)]);
await having("state:before_write", (context) => ({ type: "modified", data: (context.data ?? 0) + 1 }), async () =>
  [await State.increment("s", "n", 10), await why(State.delete, "s", "n"), await why(State.clear, "s")]);
await having("state:after_write", "whatever it says", () => State.save("s", "b", 3));
await having("state:before_read", (context) => {
  if (context.key === "alias") return { type: "modified", data: { scope: "s", key: "b" } };
  if (context.key === "secret") return false;
  if (context.key === "made up") return { type: "replace", data: "by a hook" };
  if (context.key === "bad") return { type: "modified", data: { scope: "s" } };
}, async () =>
  [await State.load("s", "alias"), await why(State.load, "s", "secret"), await State.load("s", "made up"), await why(State.load, "s", "bad"), await State.load("s", "b")]);
await having("AfterStateRead", (context) => {
  if (context.key === "none") return { type: "modified", data: "instead" };
  if (context.key === "b") return { type: "modified", data: context.data * 2 };
  if (context.key === "n") return "skip";
}, async () => [await State.load("s", "b"), await State.load("s", "none"), await State.load("s", "n", "left out"), await State.load("other", "a")]);

// A commit asks about each of its changes, and what is left out does not hold up the rest.
await having("state:before_write", (context) => (context.key === "y" ? "skip" : undefined), async () =>
  (await State.commit([{ op: "save", scope: "c", key: "x", value: 1 }, { op: "save", scope: "c", key: "y", value: 1 }, { op: "increment", scope: "c", key: "z" },
    { op: "check", scope: "c", key: "none", if_absent: true }])).changes);
// At a conflict: tried again, until the value of the other writer has expired.
await State.save("c", "x", "theirs", { ttl_ms: 12 });
await having("state:conflict", { type: "retry", delay_ms: 5, max_attempts: 10 }, () => State.save("c", "x", "mine", { if_absent: true }));
await having("state:conflict", { type: "retry", delay_ms: 5, max_attempts: 2 }, () => why(State.save, "c", "x", 1, { if_absent: true }));
await having("StateConflict", undefined, () => why(State.save, "c", "x", 1, { if_version: 1 }));
await having("state:conflict", { type: "cancel", reason: "give up" }, () => why(State.save, "c", "x", 1, { if_version: 1 }));
// Migrations.
await having("state:migration", (context) => (context.data.to_version === 2 ? { type: "cancel", reason: "not now" } : undefined), async () =>
  [await why(State.migrate, { from_version: 1, to_version: 2 }), (await State.migrate({ from_version: 1, to_version: 3, scope: "c" })).applied]);
return seen;
