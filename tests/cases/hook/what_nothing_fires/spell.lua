Hook.register("workflow_complete", function() end)
return Hook.list("workflow:*")[1].point
