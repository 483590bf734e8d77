// What waits is bounded for each queue and for the run.
for (let i = 1; i <= 8; i++) Event.subscribe("b" + i);
const big = "x".repeat(1000000);
for (let round = 1; round <= 10; round++)
  for (let i = 1; i <= 8; i++) await Event.emit("b" + i, big);
const stats = Event.stats();
return [stats.queued_bytes <= 32 * 1024 * 1024, stats.queued + stats.dropped, stats.queued > 20];
