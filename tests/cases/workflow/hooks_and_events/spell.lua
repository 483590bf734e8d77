-- A workflow's hooks and events, as a spell sees them.
local events, points = {}, {}
local heard = Event.subscribe("workflow.*.*")
for _, point in ipairs{"workflow:before_start", "workflow:before_step", "workflow:after_step", "workflow:after_complete"} do
  Hook.register(point, function(ctx) points[#points + 1] = point end)
end
local stages = {}
Hook.register("WorkflowStageTransition", function(ctx) stages[#stages + 1] = ctx.from .. " > " .. ctx.to .. ": " .. ctx.data end)
local flow = Workflow.sequential{name = "seen", steps = {{name = "a", handler = function() return 1 end}, {name = "b", optional = true, handler = function() error("no") end}}}
flow:execute("x")
for i, event in ipairs(Event.receive_batch(heard, 100)) do events[i] = event.type end
return {events, #points, stages}
