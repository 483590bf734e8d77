-- Handlers run where the spell waits and when the main chunk has ended: by priority, then by age.
local heard = {}
local function hear(event) heard[#heard + 1] = event.type .. "=" .. tostring(event.data) end
Event.subscribe("user.*", hear)
Event.subscribe("*.error", function(event) heard[#heard + 1] = "error " .. event.payload.why end)
Event.emit("user.in", 1)
Event.emit { event_type = "user.out", payload = 2 }
Event.emit("user.alarm", { priority = "critical", data = 3 })
Event.publish("user.note", 4, { priority = "low" })
Event.emit("disk.error", { why = "full" })
Event.emit("nobody.hears", {})
local before = #heard
util.sleep(1)
Event.emit("user.late", 5)
print(before, table.concat(heard, " "))
Event.subscribe("user.late", function() print("late") end)
Event.emit("user.late", 6)
