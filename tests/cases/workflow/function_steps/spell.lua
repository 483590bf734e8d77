-- What a function gets, and what its result means.
Tool.register{name = "echo", execute = function(input) return input end}
local seen = {}
local flow = Workflow.sequential{name = "functions", state = {count = 1}, steps = {
  {name = "begin", handler = function(ctx)
    seen.first = {ctx.input.topic, ctx.vars.topic, ctx.vars.count, ctx.previous.output.topic, ctx.step_name, ctx.workflow_name, ctx.begin == nil, type(ctx.execution_id)}
    ctx.state.count = ctx.state.count + 1
    return {n = 1}
  end},
  {name = "made", tool = "echo", input = {a = "$begin.output.n"}},
  {name = "with spaces", type = "custom", execute = function(ctx)
    seen.second = {ctx.begin.n, ctx.made.a, ctx.steps.begin.status, ctx.steps.made.output.a, ctx.outputs.made.a, ctx.previous.output.a, ctx.shared_data.count, ctx.nothing == nil, ctx.steps.nothing == nil}
    return nil
  end},
  {name = "given", type = "function", fn = function(ctx) return {ctx.parameters.n, ctx.input.n, ctx.vars.topic, ctx.made.a} end, parameters = {n = "$begin.output.n"}},
  function(ctx) return ctx["with spaces"] == nil or ctx["with spaces"] == JSON.null end,
}}
local result = flow:execute{topic = "tides"}
local function fails(main)
  local ok, why = pcall(function() return Workflow.sequential{steps = {{name = "bad", handler = main}}}:execute() end)
  return ok or {why.code, why.message}
end
return {seen.first, seen.second, result.outputs.given, result.output, flow:get_state("count"),
  fails(function() return {success = false, error = "no luck"} end), fails(function() return {success = false, error = {message = "none"}} end),
  fails(function() return {success = false} end), fails(function() error(llm and "raised", 0) end), fails(function() return {success = true} end)}
