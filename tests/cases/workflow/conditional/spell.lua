-- Every condition, as a branch that is taken or not.
local taken = {}
local function holds(condition, more)
  local definition = {name = "c", state = {mode = "fast", n = 5}, branches = {
    {name = "yes", condition = condition, steps = {{name = "y", handler = function() return "yes" end}}},
  }, default_branch = {steps = {{name = "n", handler = function() return "no" end}}}}
  return Workflow.conditional(definition):execute().output
end
local all = {
  holds(true), holds(false), holds{type = "always"}, holds{type = "never"},
  holds(function(ctx) return ctx.state.mode == "fast" end), holds{evaluate = function(ctx) return ctx.shared_data.n > 5 end},
  holds{type = "shared_data_equals", key = "mode", value = "fast"}, holds{type = "shared_data_equals", key = "mode", value = "slow"},
  holds{type = "shared_data_exists", key = "n"}, holds{type = "shared_data_exists", key = "none"},
  holds{type = "and", conditions = {true, {type = "always"}}}, holds{type = "or", conditions = {false, {type = "never"}}},
  holds{type = "not", condition = {type = "never"}}, holds{type = "custom", expression = "$state.n >= 5"}, holds("{{mode}} == 'slow'"),
}

-- Conditions on steps, as `when` of later ones.
local function ran(condition)
  local result = Workflow.sequential{error_strategy = "continue", steps = {
    {name = "good", handler = function() return "All fine" end},
    {name = "bad", handler = function() error("broken") end},
    {name = "judge", handler = function() return " Positive " end},
    {name = "last", when = condition, handler = function() return 1 end},
  }}:execute()
  return result.steps.last.status
end
local steps = {
  ran{type = "step_succeeded", step = "good"}, ran{type = "step_succeeded", step = "bad"},
  ran{type = "step_failed", step = "bad"}, ran{type = "step_failed", step = "good"},
  ran{type = "step_result_equals", step = "good", value = "All fine"}, ran{type = "step_output_contains", step = "good", search_text = "fine"},
  ran{type = "step_output_contains", step = "good", search_text = "foul"}, ran{type = "agent_classification", step = "judge", expected = "positive"},
}

-- Builder, all that match, and no default.
local built = Workflow.builder():conditional():name("built"):condition{type = "shared_data_equals", key = "k", value = 1}
  :add_then_step{name = "t", handler = function() return "then" end}:add_else_step{name = "e", handler = function() return "else" end}:build()
local before = built:execute().output
built:set_shared_data("k", 1)
local both = Workflow.conditional{execute_all_matching = true, branches = {
  {name = "one", condition = true, steps = {{name = "a", handler = function() return 1 end}}},
  {name = "two", condition = {type = "always"}, steps = {{name = "b", handler = function() return 2 end}}},
}}:execute()
local none = Workflow.conditional{execute_default_on_no_match = false, branches = {{name = "one", condition = false, steps = {{name = "a", handler = function() return 1 end}}}},
  default_branch = {{name = "d", handler = function() return "default" end}}}:execute()
return {all, steps, {before, built:execute().output}, {both.outputs.a, both.outputs.b}, both.data.executed_branches, {none.success, none.output == nil or none.output == JSON.null}}
