// Where no hook is on the store, each call is answered at once: no operation, and no call of the spell.
Hook.register("agent:*", () => {});
Hook.register("state:elsewhere:before_write", () => {});
await State.save("global", "k", 1);
await State.increment("k");
await State.commit([{ op: "delete", key: "k" }]);
return State.load("global", "k", "gone");
