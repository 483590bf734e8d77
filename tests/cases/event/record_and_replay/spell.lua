local recording = Event.record("step.*", 1000)
Event.emit("step.one", 1)
util.sleep(100)
Event.emit("step.two", 2)
Event.emit("other", 3)
util.sleep(1000)
Event.emit("step.late", 4)
local id = Event.subscribe("**")
local seen = { Event.replay(recording), #Event.receive_batch(id), Event.stats().recordings[1].events }
seen[4] = Event.replay(recording, { speed = 10 })
local again = Event.receive_batch(id)
seen[5], seen[6], seen[7] = again[2].data, again[2].metadata.replayed, again[2].sequence
seen[8] = Event.replay(recording, { pattern = "step.two" })
seen[9] = select(2, pcall(Event.replay, 99)).code
seen[10] = select(2, pcall(Event.replay, recording, { fast = true })).message
seen[11], seen[12] = Event.unsubscribe(recording), select(2, pcall(Event.replay, recording)).code
return seen
