let seen = {};
Event.subscribe("*.error", (event) => Alert.send("Error", event.payload));
Event.subscribe("alert", (event) => { seen = event; });
await Event.emit("disk.error", { free: 0 });
await util.sleep(1);
return [seen.data.title, seen.data.payload.free, seen.metadata.priority];
