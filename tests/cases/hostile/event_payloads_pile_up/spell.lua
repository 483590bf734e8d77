-- What waits is bounded for each queue and for the run.
for i = 1, 8 do Event.subscribe("b" .. i) end
local big = ("x"):rep(1000000)
for round = 1, 10 do
  for i = 1, 8 do Event.emit("b" .. i, big) end
end
local stats = Event.stats()
return { stats.queued_bytes <= 32 * 1024 * 1024, stats.queued + stats.dropped, stats.queued > 20 }
