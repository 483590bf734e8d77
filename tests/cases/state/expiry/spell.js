// Values that end by themselves, by the store's clock.
const seen = [];
const assert = (truth) => { if (!truth) throw new Error("not so"); };
const look = async (what) => {
  const keys = await State.listKeys("s"), value = await State.load("s", "long");
  seen.push(value === undefined ? [what, keys] : [what, keys, value]);
};
await State.save("s", "short", 1, { ttl: 1.5 });
await State.save("s", "long", 1, { ttlSeconds: 10 });
await State.save("s", "at", 1, { expiresAt: (await State.entry("s", "short")).expires_at + 1000 });
await look("now");
await util.sleep(1499);
await look("just before");
await util.sleep(1);
await look("after 1.5 s");
assert(!(await State.exists("s", "short")) && await State.load("s", "short", "gone") === "gone");
await util.sleep(1000);
await look("after 2.5 s");
// Saved anew, it stays; or as long as it would have.
await State.save("s", "long", 2, { keepTtl: true });
await State.increment("s", "long");
await util.sleep(7499);
await look("just before 10 s");
await util.sleep(1);
await look("after 10 s");
await State.save("s", "long", 1, { ttlMs: 5 });
await State.save("s", "long", 4);
await util.sleep(10);
await look("unlimited");
// What has expired is absent for conditions, too, and counts as 0.
await State.save("s", "n", 5, { ttl_ms: 5 });
await util.sleep(5);
await State.save("s", "n", 1, { if_absent: true, ttl_ms: 5 });
await util.sleep(5);
return [seen, await State.increment("s", "n"), (await State.entry("s", "n")).expires_at === undefined];
