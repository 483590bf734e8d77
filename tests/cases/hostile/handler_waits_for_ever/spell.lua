-- The next event is delivered all the same, and what still waits does not keep the run from ending.
Event.subscribe("x", function() util.sleep(100000) end)
Event.subscribe("y", function() print("y") end)
Event.emit("x")
Event.emit("y")
util.sleep(70000)
return Event.stats().handler_errors
