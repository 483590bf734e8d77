// The failure is logged and counted, subscribers to errors are told, and the run goes on.
const told = [], hooked = [];
Event.subscribe("job", (event) => { throw new Error("no " + event.data); });
Event.subscribe("job", (event) => { told.push(event.data); });
Event.subscribe("event.handler_error", async (event) => {
  told.push(event.data.event + ": " + event.data.error.message);
  throw new Error("nor this");
});
Hook.register("event:handler_error", (context) => { hooked.push(context.data.error.message); });
await Event.emit("job", 1);
await util.sleep(1);
return [told, hooked, Event.stats().handler_errors];
