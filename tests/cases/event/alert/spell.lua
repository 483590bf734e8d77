local seen = {}
Event.subscribe("*.error", function(event) Alert.send("Error", event.payload) end)
Event.subscribe("alert", function(event) seen = event end)
Event.emit("disk.error", { free = 0 })
util.sleep(1)
return { seen.data.title, seen.data.payload.free, seen.metadata.priority }
