-- Hooks on points that are not granted are denied; events need no grant within the run.
local function why(point)
  local ok, failure = pcall(Hook.register, point, function() end)
  return ok and "registered" or failure.message
end
local heard = {}
Event.subscribe("job.*", function(event) heard[#heard + 1] = event.type end)
Event.emit("job.done", 1)
util.sleep(1)
return {
  why("agent:before_execution"), why("BeforeToolExecution"), why("tool:lookup:after_execution"), why("tool:*"), why("*"),
  why("custom:mine"), why("custom:*"), table.concat(heard, " "),
}
