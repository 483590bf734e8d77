// The oldest of the least important go, and are counted.
const all = Event.subscribe("n"), few = Event.subscribe("n", { queue: 3 });
Event.subscribe("n", { min_priority: "high" });
for (let i = 1; i <= 1100; i++) await Event.emit("n", { data: i, priority: i % 100 === 0 ? "high" : "normal" });
const list = Event.listSubscriptions(), stats = Event.stats();
const kept = (await Event.receive_batch(few)).map((event) => event.data);
const first = await Event.receive(all);
let last;
for (let i = 1; i <= 999; i++) last = await Event.receive(all, 0);
await Event.emit("n", { data: 0, ttl_seconds: 1, priority: "normal" });
await util.sleep(2000);
return [
  list[0].queued, list[0].dropped, list[1].dropped, list[2].queued, kept, first.data, last.data,
  (await Event.receive(all, 0)) === undefined, Event.list_subscriptions()[0].expired, stats.emitted, stats.dropped,
  stats.event_bus_stats.buffer_size, stats.bridge_stats.active_subscriptions,
  { lua: Object.values(stats.bridge_stats.subscriptions_by_language)[0] }, Event.clear(), Event.stats().queued,
];
