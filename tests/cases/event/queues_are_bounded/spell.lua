-- The oldest of the least important go, and are counted.
local all, few = Event.subscribe("n"), Event.subscribe("n", { queue = 3 })
local important = Event.subscribe("n", { min_priority = "high" })
for i = 1, 1100 do Event.emit("n", { data = i, priority = i % 100 == 0 and "high" or "normal" }) end
local list, stats = Event.list_subscriptions(), Event.stats()
local kept = {}
for i, event in ipairs(Event.receive_batch(few)) do kept[i] = event.data end
local first = Event.receive(all)
local last
for i = 1, 999 do last = Event.receive(all, 0) end
Event.emit("n", { data = 0, ttl_seconds = 1, priority = "normal" })
util.sleep(2000)
return {
  list[1].queued, list[1].dropped, list[2].dropped, list[3].queued, kept, first.data, last.data, Event.receive(all, 0) == nil,
  Event.list_subscriptions()[1].expired, stats.emitted, stats.dropped, stats.event_bus_stats.buffer_size,
  stats.bridge_stats.active_subscriptions, stats.bridge_stats.subscriptions_by_language, Event.clear(), Event.stats().queued,
}
