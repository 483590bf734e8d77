// It is given up after its time. The one that fails closed keeps what it guards.
Hook.register("custom:x", () => util.sleep(1e12), { name: "sleeper" });
const open = await Hook.execute("custom:x", 1);
Hook.register("custom:x", () => util.sleep(1e12), { fail_closed: true });
const closed = await Hook.execute("custom:x", 1);
return [open.action, open.results[0].error.code, closed.action, closed.code];
