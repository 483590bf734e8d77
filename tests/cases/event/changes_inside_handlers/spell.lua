-- Handlers may subscribe, unsubscribe themselves and others, and emit.
local heard, other = {}, nil
local once
once = Event.subscribe("a", function(event)
  heard[#heard + 1] = "once " .. event.data
  Event.unsubscribe(once)
  Event.unsubscribe(other)
  Event.subscribe("b", function(event) heard[#heard + 1] = "new " .. event.data end)
  Event.emit("b", event.data + 10)
end)
other = Event.subscribe("a", function() heard[#heard + 1] = "other" end)
Event.emit("a", 1)
Event.emit("a", 2)
util.sleep(1)
return { heard, #Event.list_subscriptions(), Event.stats().handler_errors }
