// Handlers may subscribe, unsubscribe themselves and others, and emit.
const heard = [];
const once = Event.subscribe("a", async (event) => {
  heard.push("once " + event.data);
  Event.unsubscribe(once);
  Event.unsubscribe(other);
  Event.subscribe("b", (event) => { heard.push("new " + event.data); });
  await Event.emit("b", event.data + 10);
});
const other = Event.subscribe("a", () => { heard.push("other"); });
await Event.emit("a", 1);
await Event.emit("a", 2);
await util.sleep(1);
return [heard, Event.list_subscriptions().length, Event.stats().handler_errors];
