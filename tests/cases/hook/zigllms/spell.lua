local hook, seen = zigllms.hook, {}
local id = hook.register("custom:greet", function(context) return { type = "modified", data = "hello " .. context.data } end, hook.Priority.HIGH)
seen[1], seen[2] = id, hook.execute("custom:greet", "you")[1].data
seen[3], seen[4] = hook.disable(id), #hook.execute("custom:greet", "you")
seen[5], seen[6] = hook.enable(id), hook.get_info(id).priority
seen[7], seen[8] = #hook.list("custom:greet"), hook.unregister(id)
return seen
