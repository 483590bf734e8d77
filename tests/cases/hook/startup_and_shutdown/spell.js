// The run has begun before a spell can register: a hook on startup is asked when the spell first waits. Shutdown is when the
// main chunk has ended.
Hook.register("system:startup", (context) => print("startup\t" + context.point));
Hook.register("SystemShutdown", async () => {
  await util.sleep(1);
  print("shutdown");
  await Event.emit("last.words", { words: "bye" });
});
Event.subscribe("last.*", (event) => print("heard\t" + event.data.words));
await util.sleep(1);
print("main");
