// Tasks that overlap, each of which waits in the middle: what they add is there, all of it, and what they read and write
// back by hand is not.
const tasks = [];
for (let i = 1; i <= 8; i++) {
  tasks.push((async () => {
    for (let n = 0; n < 5; n++) {
      await util.sleep(i);
      await State.increment("exact", i);
      const lost = await State.load("global", "lost", 0);
      await util.sleep(3);
      await State.save("global", "lost", lost + 1);
    }
  })());
}
await Promise.all(tasks);
// By compare-and-set, nothing is lost either.
let tries = 0;
const careful = async (i) => {
  for (;;) {
    const entry = (await State.entry("careful")) ?? {};
    tries++;
    await util.sleep(i);
    if ((await State.compareAndSet("global", "careful", entry.version, (entry.value ?? 0) + 1)).ok) return;
  }
};
await Promise.all([1, 2, 3, 4].map(careful));
return [await State.get("exact"), (await State.get("lost")) < 40, await State.get("careful"), tries > 4];
