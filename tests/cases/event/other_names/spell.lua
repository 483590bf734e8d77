-- Event.get_stats, and what it says in another dialect's words.
Event.emit("a.b", {})
local stats = Event.get_stats()
return { stats.event_bus_stats.events_processed, stats.bridge_stats.active_subscriptions, Event.getStats().event_bus_stats ~= nil }
