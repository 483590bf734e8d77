-- Timeouts of steps, of branches and of the whole.
local function slow(wait) return function() util.sleep(wait) return "done" end end
local function run(definition)
  local ok, result = pcall(function() return Workflow.create(definition):execute() end)
  if ok then return {result.status, result.text} end
  return {result.code, result.message:find("Step slow failed", 1, true) ~= nil}
end
return {
  run{steps = {{name = "slow", timeout_ms = 100, handler = slow(60000)}}},
  run{steps = {{name = "slow", timeout_ms = 60000, handler = slow(100)}}},
  run{step_timeout_ms = 100, steps = {{name = "slow", handler = slow(60000)}}},
  run{timeout_ms = 100, steps = {{name = "slow", handler = slow(60000)}}}[1],
  run{timeout_seconds = 60, steps = {{name = "slow", handler = slow(100)}}},
  run{type = "parallel", branches = {{name = "late", timeout_ms = 100, required = false, steps = {{name = "a", handler = slow(60000)}}}, {name = "early", steps = {{name = "b", handler = slow(10)}}}}},
}
