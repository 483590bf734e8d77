local heard = 0
Event.subscribe("*", function() heard = heard + 1 end)
while true do pcall(Event.emit, "x", {}) end
