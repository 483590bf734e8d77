let count = 0;
for (const name of ["custom:\x1b[2J", "custom:" + "x".repeat(1000), "custom:a\0b", "agent:\n:before_execution", "*:".repeat(200),
  "tool:" + "*".repeat(200) + ":error"])
  try { Hook.register(name, () => 1); } catch (failure) { if (failure.code === "invalid") count++; }
const id = Hook.register("custom:ünï.code:*x*", () => "skip", { name: "\x1b[2J", tags: [""] });
return [count, (await Hook.execute("custom:ünï.code:1x2")).action, Hook.get_info(id).name.replace(/[\x00-\x1f]/g, "?")];
