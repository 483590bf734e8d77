local heard = {}
Event.filter("n.*", function(event) return event.data % 2 == 0 end, function(event) heard[#heard + 1] = event.data end)
zigllms.event.filter("n.3", function(event) heard[#heard + 1] = "three" end)
for i = 1, 4 do Event.emit("n." .. i, i) end
util.sleep(1)
return heard
