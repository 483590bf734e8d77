-- What is easily got wrong: templates for a template tool, steps that did not run, amounts of money, words of other engines.
local function echo(name, value) return {name = name, handler = function() return value end} end
local function output(definition, input) return Workflow.sequential(definition):execute(input).output end
local rendered = Workflow.loop{range = {0, 2}, body = {
  echo("generate_id", {uuid = "u-1"}),
  {name = "render", tool = "template-creator", input = {input = "Item {{index}} has {{id}}", context = {index = "{{loop:current_value}}", id = "{{step:generate_id:output.uuid}}"}}},
}}:execute().iteration_outputs
local not_run = output{error_strategy = "continue", steps = {
  {name = "skipped", when = false, handler = function() return "never" end},
  {name = "failed", handler = function() error("no", 0) end},
  {name = "all", handler = function(ctx) return {ctx.input.whole == nil, ctx.input.text, ctx.input.deep == nil} end, input = {whole = "$skipped.output", text = "<{{step:failed:output}}>", deep = "{{failed.output.a.b}}"}},
}}
local money = output({steps = {{name = "m", handler = function(ctx) return ctx.input end, input = "$1, $50, $0.50, $500,000 and $$input in $stepX, not {{ident}}"}}}, {a = 1})
local kept = output({steps = {echo("one", {n = 1}), {name = "two", handler = function(ctx) return ctx.input end, input = {all = "$previous_outputs", number = "$step1.output.n", text = "n is $step1.output.n", field = "{{step:one:output.n}}"}}}})
local function why(definition, input)
  local ok, problem = pcall(function() return Workflow.sequential(definition):execute(input) end)
  return ok or problem.message
end
local unknown = why{steps = {echo("one"), {name = "two", tool = "calculator", input = {input = "{{step:won:output}}"}}}}
local stopped = why{error_strategy = "stop", steps = {{name = "bad", handler = function() error("cause", 0) end}, echo("after")}}
local reported = why{steps = {{name = "bad", handler = function() return {success = false, error = "said so"} end}}}
local nothing = output{steps = {{name = "none", handler = function() end}}}
local range = Workflow.loop{iterator = {range = {start = 1, ["end"] = 1}}, body = {echo("x", 1)}}:execute()
local continued = Workflow.sequential{error_strategy = "continue", steps = {{name = "bad", handler = function() error("x", 0) end}, echo("b", 2)}}:execute()
return {{rendered[1].result.rendered, rendered[2].result.rendered}, not_run, money, kept, unknown, stopped, reported, nothing == nil,
  {range.completed_iterations, range.success}, {continued.success, continued.status, continued.error.step, continued.outputs.b}}
