-- What becomes of a step that fails: strategies, retries, optional steps, on_error.
local tries = 0
local function sometimes(after)
  tries = 0
  return function() tries = tries + 1 if tries < after then error("try " .. tries, 0) end return tries end
end
local function run(definition) local result = Workflow.sequential(definition):execute() return {result.success, result.status, result.text, result.error and {result.error.step, result.error.message} or false} end
local bad, fine = {name = "bad", handler = function() error("broken", 0) end}, {name = "fine", handler = function() return "fine" end}
local ok, why = pcall(run, {steps = {bad, fine}})
local all = {
  {ok, why.code, why.message, why.details.steps.bad.status, why.details.steps.fine == nil},
  run{error_strategy = "continue", steps = {bad, fine}},
  run{continue_on_error = true, steps = {bad, fine}},
  run{steps = {{name = "bad", optional = true, handler = bad.handler}, fine}},
  run{steps = {{name = "bad", required = false, handler = bad.handler}, fine}},
  run{steps = {{name = "bad", on_error = "continue", handler = bad.handler}, fine}},
  run{steps = {{name = "bad", on_error = "rescue", handler = bad.handler}, {name = "passed", handler = function() error("not here") end}, {name = "rescue", handler = function() return "rescued" end}}},
  run{steps = {{name = "bad", handler = bad.handler, on_error = function(ctx, problem) return ctx.step_name .. ": " .. problem.message .. ", " .. ctx.error.code end}}},
  run{steps = {{name = "again", retry_count = 2, retry_delay_ms = 1, handler = sometimes(3)}}}, tries,
  run{steps = {{name = "again", retry = {max_attempts = 3, backoff_ms = 100, exponential = true}, handler = sometimes(3)}}}, tries,
  run{steps = {{name = "again", retry_policy = {max_attempts = 2, backoff_ms = 1, backoff_multiplier = 2}, handler = sometimes(2)}}}, tries,
  run{error_strategy = "retry", steps = {{name = "again", handler = sometimes(3)}}}, tries,
  run{max_retries = 1, retry_delay_ms = 1, steps = {{name = "again", handler = sometimes(2)}}}, tries,
}
local result = Workflow.sequential{error_strategy = "continue", steps = {{name = "again", retry_count = 1, retry_delay_ms = 0, handler = sometimes(3)}, fine}}:execute()
-- A refusal is not tried again.
local denied = Workflow.sequential{error_strategy = "continue", steps = {{name = "no", tool = "nothing_of_this_name", retry_count = 5}, fine}}:execute()
return {all, {result.steps.again.attempts, result.steps.again.error.message, result.metadata.extra.failed_steps}, {denied.steps.no.attempts, denied.steps.no.error.code}}
