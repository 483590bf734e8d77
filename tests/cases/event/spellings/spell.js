// A second object is data, unless it holds nothing but what belongs to an event.
const id = Event.subscribe("**");
const { event } = zigllms;
await event.emit("critical_event", { priority: event.Priority.CRITICAL, data: { x: 1 } });
await event.emit("plain", { x: 2 });
await event.emit("mixed", { data: 3, x: 4 });
await Event.emit({ name: "named", payload: { x: 5 } });
const reached = await Event.publish("published", { data: 6 }, { correlation_id: "c" });
const shown = (await Event.receive_batch(id)).map((got) => got.name + " " + JSON.stringify(got.data) + " " + got.metadata.priority);
return [shown, true, reached, (await Event.receiveBatch(id)).length, event.Type.WORKFLOW];
