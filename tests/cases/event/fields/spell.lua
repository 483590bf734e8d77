local id = Event.subscribe("job.*")
Event.emit { type = "job.done", data = { n = 1 }, priority = "high", tags = { "a", "b" }, correlationId = "c-1", target = "you",
  ttl_seconds = 60, metadata = { source = "me", shift = "night" } }
local event = Event.receive(id)
local meta = event.metadata
Event.emit("job.plain")
local plain = Event.receive(id, 0)
return {
  event.id, event.type == event.event_type and event.type == event.name and event.type, event.data == event.payload and event.data.n,
  event.timestamp, event.sequence, event.language, meta.correlation_id, meta.source, meta.target, meta.tags, meta.priority,
  meta.ttl, meta.shift, plain.sequence, plain.data == nil, plain.metadata.priority, plain.metadata.source,
}
