-- The builder of every pattern, in its spellings.
local function says(name, value) return {name = name, type = "function", execute = function(ctx) return value or ctx.input end} end
local all = {
  Workflow.builder():sequential():name("s"):description("d"):add_step(says("a", 1)):add_step("b", says("b", 2)):error_strategy("continue"):timeout_ms(5000):build():execute().outputs,
  Workflow.builder():parallel():name("p"):add_step(says("a", 1)):add_step(says("b", 2)):max_concurrency(2):with_merge_strategy("list"):build():execute().output,
  Workflow.builder("c"):conditional():condition(function(ctx) return ctx.input == "x" end):add_then_step(says("t", "then")):add_else_step(says("e", "else")):build():execute("x").output,
  Workflow.builder():conditional():add_branch("one", {type = "never"}, {says("a", 1)}):add_branch{name = "two", condition = true, steps = {says("b", 2)}}:default_branch{says("c", 3)}:build():execute().output,
  Workflow.builder():loop():with_collection{"x", "y"}:add_step{name = "l", handler = function(ctx) return ctx.iteration.current_value end}:aggregation_strategy("last_only"):build():execute().data.iteration_outputs,
  Workflow.builder():loop():with_while("$iteration < 3"):max_iterations(9):add_step(says("w", 1)):break_when("$w.output == 2", "never"):build():execute().data.completed_iterations,
  Workflow.builder():dag():add_step{name = "z", depends_on = {"a"}, handler = function(ctx) return ctx.a end}:add_step(says("a", 7)):build():execute().output,
}
local _, field = pcall(function() return Workflow.builder():max_iteration(3) end)
local _, none = pcall(function() return Workflow.builder():max_iterations() end)
return {all, tostring(field):find("did you mean 'max_iterations'?", 1, true) ~= nil, tostring(none):find("max_iterations takes a value", 1, true) ~= nil}
