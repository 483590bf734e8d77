// A hook that fails at the errors of handlers, and handlers that fail at the errors of hooks: each tells of it once.
let hooks = 0, handlers = 0;
const fail = () => { handlers++; throw new Error("handler"); };
Hook.register("event:handler_error", () => { hooks++; throw new Error("hook"); });
Event.subscribe("**", fail);
Event.subscribe("*.error", fail);
Event.subscribe("event.*", fail);
await Event.emit("first.error");
await util.sleep(1);
return [hooks, handlers, Event.stats().handler_errors];
