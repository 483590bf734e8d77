Hook.register("session:start", function() end)
return Hook.list("session:*")[1].point
