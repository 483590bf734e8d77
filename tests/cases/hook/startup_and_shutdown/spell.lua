-- The run has begun before a spell can register: a hook on startup is asked at once. Shutdown is when the main chunk has ended.
Hook.register("system:startup", function(context) print("startup", context.point) end)
Hook.register("SystemShutdown", function()
  util.sleep(1)
  print("shutdown")
  Event.emit("last.words", { words = "bye" })
end)
Event.subscribe("last.*", function(event) print("heard", event.data.words) end)
print("main")
