-- A second run goes on with the first step that is not over: what is over is not done again.
local done = {}
local function step(name, result)
  return {name = name, handler = function(ctx) done[#done + 1] = name return result and result(ctx) or name end}
end
local inner = Workflow.sequential{name = "inner", steps = {step("x", function(ctx) return ctx.input .. "x" end), step("y", function(ctx)
  if params.breaks then error("broken", 0) end
  return {ctx.x, ctx.steps.x.status}
end)}}
local flow = Workflow.sequential{name = "kept", state = {n = 0}, steps = {
  step("first", function(ctx) ctx.state.n = ctx.state.n + 1 return ctx.input.word end),
  {name = "each", type = "loop", range = {0, 2}, body = {step("turn", function(ctx) return ctx.iteration.value end)}},
  {name = "both", type = "parallel", steps = {step("left"), step("right")}},
  {name = "nested", workflow = inner, input = "$first.output"},
  step("last", function(ctx) return {ctx.first, ctx.each, ctx.both.left, ctx.nested, ctx.vars.word, ctx.state.n} end),
}}
local ok, result = pcall(flow.execute, flow, {word = "w"}, {checkpoint = "case"})
if not ok then return {result.code, result.message, done} end
local again = flow:execute({word = "w"}, {checkpoint = "case"})
return {result.status, result.output, done, result.steps.nested.attempts, result.outputs.both, again.output, flow:get_execution_id() == again.execution_id, flow:get_state("n")}
