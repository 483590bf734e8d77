-- A workflow's hooks and events, as a spell sees them.
local events, points = {}, {}
Event.subscribe("workflow.*.*", function(event) events[#events + 1] = event.type end)
for _, point in ipairs{"workflow:before_start", "workflow:before_step", "workflow:after_step", "workflow:after_complete"} do
  Hook.register(point, function(ctx) points[#points + 1] = point end)
end
local flow = Workflow.sequential{name = "seen", steps = {{name = "a", handler = function() return 1 end}, {name = "b", optional = true, handler = function() error("no") end}}}
flow:execute("x")
util.sleep(1)
return {events, #points}
