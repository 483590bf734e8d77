Event.subscribe("x", function() while true do end end)
Event.emit("x")
util.sleep(1)
return "not reached"
