-- A second table is data, unless it holds nothing but what belongs to an event.
local id = Event.subscribe("**")
local event = zigllms.event
event.emit("critical_event", { priority = event.Priority.CRITICAL, data = { x = 1 } })
event.emit("plain", { x = 2 })
event.emit("mixed", { data = 3, x = 4 })
Event.emit { name = "named", payload = { x = 5 } }
local ok, reached = Event.publish("published", { data = 6 }, { correlation_id = "c" })
local shown = {}
for i, got in ipairs(Event.receive_batch(id)) do
  shown[i] = got.name .. " " .. JSON.stringify(got.data) .. " " .. got.metadata.priority
end
return { shown, ok, reached, #Event.receive_batch(id), event.Type.WORKFLOW }
