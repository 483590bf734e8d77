-- Every verdict at each of a workflow's points: what comes of it, or the code of the failure.
local points = {"workflow:before_start", "workflow:before_step", "workflow:after_step", "workflow:error", "workflow:after_complete"}
local verdicts = {
  continue = {type = "continue"}, modified = {type = "modified", data = "modified"}, skip = {type = "skipped", reason = "no"},
  cancel = {type = "cancel", reason = "no"}, replace = {type = "replace", data = "replaced"}, redirect = {type = "redirect", target = "other"},
  retry = {type = "retry", delay_ms = 1, max_attempts = 3},
}
Tool.register{name = "echo", execute = function(input)
  if input.input == "fail" then error("broken") end
  return "echo " .. tostring(input.input)
end}
local all = {}
for _, point in ipairs(points) do
  all[point] = {}
  for _, name in ipairs{"continue", "modified", "skip", "cancel", "replace", "redirect", "retry"} do
    local calls, verdict = 0, verdicts[name]
    local id = Hook.register(point, function(ctx)
      calls = calls + 1
      -- Tried again once: then it goes on.
      if name == "retry" and calls > 1 then return nil end
      return verdict
    end)
    local flow = Workflow.sequential{name = "w", steps = {{name = "a", tool = "echo", input = "$input"}}}
    local ok, result = pcall(flow.execute, flow, point == "workflow:error" and "fail" or "x")
    all[point][name] = ok and {result.output or "null", result.steps.a and result.steps.a.status or "none", calls} or {result.code, calls}
    Hook.unregister(id)
  end
end
return all
