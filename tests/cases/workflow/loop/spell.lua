-- Ranges (the end is not included), collections and conditions; ends, and what is kept.
Tool.register{name = "echo", execute = function(input) return input.value end}
local body = {{name = "say", tool = "echo", input = {value = "{{loop:current_value}}"}}}
local range = Workflow.loop{name = "range", iterator = {range = {start = 1, ["end"] = 5, step = 2}}, body = body}:execute()
local built = Workflow.builder():loop():name("built"):with_range{start = 1, ["end"] = 4}:add_step(body[1]):build():execute()
local down = Workflow.builder():loop():with_range(3, 0, -1):add_body_step(body[1]):build():execute()
local items = Workflow.builder():loop():with_collection{{id = "a"}, {id = "b"}}
  :add_step{name = "say", tool = "echo", input = {value = "{{loop:index}}/{{loop:total_iterations}} {{loop:current_item.id}} $iteration"}}:build():execute()
local of_input = Workflow.loop{collection = "$input.list", body = body}:execute{list = {7, 8}}
local counted = 0
local while_function = Workflow.builder():loop():loop_condition(function() counted = counted + 1 return counted <= 3 end)
  :max_iterations(10):add_step{name = "n", handler = function(ctx) return ctx.iteration.index end}:build():execute()
local while_expression = Workflow.loop{iterator = {while_condition = "$state.n < 3", max_iterations = 10}, state = {n = 0},
  body = {steps = {{name = "n", handler = function(ctx) ctx.state.n = ctx.state.n + 1 return ctx.state.n end}}}}:execute()
local broken = Workflow.loop{range = {1, 100}, body = body, break_conditions = {{expression = "$say.output == 3", message = "three is enough"}}}:execute()
local kept = {}
for i, aggregation in ipairs{"collect_all", "last_only", "first_n", "last_n", "none"} do
  local result = Workflow.loop{range = {0, 4}, body = body, aggregation_strategy = aggregation, keep = i > 2 and i < 5 and 2 or nil}:execute()
  kept[i] = result.data.iteration_outputs or "nothing"
end
local ok, why = pcall(function() return Workflow.loop{["while"] = true, max_iterations = 5, body = body}:execute() end)
return {
  range.iteration_outputs, range.completed_iterations, range.iterations, built.data.iteration_outputs, down.iteration_outputs,
  items.iteration_outputs, of_input.iteration_outputs, while_function.iteration_outputs, while_expression.final_state.n,
  {broken.data.completed_iterations, broken.data.break_message}, kept, {ok, tostring(why):find("5", 1, true) ~= nil},
}
