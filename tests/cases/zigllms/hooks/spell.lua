-- Hooks around something, and whether a tool is well.
local seen = {}
local id = zigllms.hook.register("tool:before_execution", function(context) seen[#seen + 1] = context.point end, { type = zigllms.hook.Type.AROUND })
local tool = zigllms.tool.register{ name = "add", description = "adds", parameters = { type = "object" }, execute = function() return 3 end }
zigllms.tool.execute(tool, {})
zigllms.hook.unregister(id)
zigllms.tool.execute(tool, {})
local well, ill = zigllms.tool.health_check(tool), zigllms.tool.health_check("nothing")
return { seen = seen, well = { well.healthy, well.status }, ill = { ill.healthy, ill.status }, host = zigllms.tool.health_check("calculator").healthy }
