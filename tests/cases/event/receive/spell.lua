local id = Event.subscribe("*")
local seen = { Event.receive(id, 0) == nil }
local late = Task.spawn(function()
  util.sleep(20)
  Event.emit("tick", 1)
end)
seen[2], seen[3] = Event.receive(id, 10) == nil, Event.receive(id, 1000).data
local batch = Task.spawn(function() return Event.receive_batch(id, 10, 1000) end)
util.sleep(1)
Event.emit("tick", 2)
seen[4] = batch:await()[1].data
local waiting = Task.spawn(function() return select(2, pcall(Event.receive, id)).code end)
util.sleep(1)
seen[5], seen[6] = Event.unsubscribe(id), Event.unsubscribe(id)
seen[7] = waiting:await()
local handled = Event.subscribe("x", function() end)
seen[8] = select(2, pcall(Event.receive, handled)).code
seen[9] = select(2, pcall(Event.receive, id)).message
return seen
