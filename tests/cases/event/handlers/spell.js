// Handlers run where the spell waits and when the main chunk has ended: by priority, then by age.
const heard = [];
Event.subscribe("user.*", (event) => { heard.push(event.type + "=" + event.data); });
Event.subscribe("*.error", (event) => { heard.push("error " + event.payload.why); });
Event.emit("user.in", 1);
Event.emit({ event_type: "user.out", payload: 2 });
Event.emit("user.alarm", { priority: "critical", data: 3 });
Event.publish("user.note", 4, { priority: "low" });
Event.emit("disk.error", { why: "full" });
Event.emit("nobody.hears", {});
const before = heard.length;
await util.sleep(1);
Event.emit("user.late", 5);
print(before + "\t" + heard.join(" "));
Event.subscribe("user.late", () => print("late"));
Event.emit("user.late", 6);
