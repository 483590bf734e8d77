// A hook is not asked about what is done for itself, near or far, and one that registers hooks does not extend the round.
const calls = [];
Hook.register("custom:deep", async (context) => {
  calls.push("a" + context.data);
  await null;
  if (context.data < 3) await Task.spawn(() => Hook.execute("custom:deep", context.data + 1));
}, "high");
Hook.register("custom:deep", async (context) => {
  calls.push("b" + context.data);
  if (context.data === 2) await Hook.execute("custom:deep", 3);
});
await Hook.execute("custom:deep", 1);
let rounds = 0;
Hook.register("custom:grow", () => {
  rounds++;
  Hook.register("custom:grow", () => { rounds += 100; });
});
await Hook.execute("custom:grow");
return [calls.join(" "), rounds];
