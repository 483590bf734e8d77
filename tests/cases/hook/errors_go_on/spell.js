// An error in a hook is logged and told; what it was asked about goes on, unless it fails closed.
const told = [], errors = [];
Event.subscribe("hook.error", (event) => { told.push(event.data.name + " " + event.data.error.message); });
Hook.register("event:handler_error", (context) => {
  errors.push(context.data.point + " " + context.data.hook);
  throw new Error("in the hook for errors");
});
Hook.register("custom:x", () => { throw new Error("first"); }, { name: "raises" });
Hook.register("custom:x", () => ({ data: 1 }), { name: "nonsense" });
Hook.register("custom:x", (context) => ({ type: "modified", data: context.data + 1 }));
const open = await Hook.execute("custom:x", 1);
const guard = Hook.register("custom:x", async () => { throw new Error("no"); }, { name: "guard", failClosed: true });
const closed = await Hook.execute("custom:x", 1);
await util.sleep(1);
return [open.action, open.data, closed.action, closed.code, closed.reason, Hook.getInfo(guard).errors, errors[0], errors[1], errors.length, told[0], told.length];
