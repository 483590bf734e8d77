// Subscribers are told which keys were changed, never the values.
const seen = [];
Event.subscribe("state.*", (event) => {
  const { data } = event;
  seen.push([event.type, data.scope ?? "-", data.key ?? "-", data.operation ?? "-", event.metadata.source]);
  if (data.value !== undefined || JSON.stringify(event).includes("canary")) throw new Error("a value");
});
await State.save("global", "a", "canary");
await State.increment("user:1", "n", 3);
await State.delete("global", "a");
await State.delete("global", "a");
await State.load("global", "a");
await State.commit([{ op: "save", scope: "s", key: "x", value: "canary" }, { op: "check", scope: "s", key: "x" }, { op: "clear", scope: "user:1" }]);
try {
  await State.commit([{ op: "save", scope: "s", key: "y", value: "canary" }, { op: "check", scope: "s", key: "x", if_version: 1 }]);
} catch {}
const id = await State.backup();
await State.migrate({ from_version: 1, to_version: 2 });
await State.restore(id);
await util.sleep(1);
return seen;
