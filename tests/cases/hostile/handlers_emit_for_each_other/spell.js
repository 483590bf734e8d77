// A loop of two handlers ends at the nesting that is allowed, and is told as their error.
let heard = 0, errors = 0;
Event.subscribe("ping", async () => { heard++; await Event.emit("pong"); });
Event.subscribe("pong", async () => { heard++; await Event.emit("ping"); });
Event.subscribe("event.handler_error", () => { errors++; });
await Event.emit("ping");
await util.sleep(1);
return [heard, Event.stats().handler_errors, errors];
