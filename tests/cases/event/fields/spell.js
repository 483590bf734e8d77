const id = Event.subscribe("job.*");
await Event.emit({ type: "job.done", data: { n: 1 }, priority: "high", tags: ["a", "b"], correlationId: "c-1", target: "you",
  ttl_seconds: 60, metadata: { source: "me", shift: "night" } });
const event = await Event.receive(id);
const meta = event.metadata;
await Event.emit("job.plain");
const plain = await Event.receive(id, 0);
return [
  event.id, event.type === event.event_type && event.type === event.name && event.type, event.data === event.payload && event.data.n,
  event.timestamp, event.sequence, event.language, meta.correlation_id, meta.source, meta.target, meta.tags, meta.priority,
  meta.ttl, meta.shift, plain.sequence, plain.data == null, plain.metadata.priority, plain.metadata.source,
];
