Hook.register("workflow:rollback", function() end)
return Hook.list("workflow:*")[1].point
