-- A loop of two handlers ends at the nesting that is allowed, and is told as their error.
local heard, errors = 0, 0
Event.subscribe("ping", function() heard = heard + 1 Event.emit("pong") end)
Event.subscribe("pong", function() heard = heard + 1 Event.emit("ping") end)
Event.subscribe("event.handler_error", function(event) errors = errors + 1 end)
Event.emit("ping")
util.sleep(1)
return { heard, Event.stats().handler_errors, errors }
