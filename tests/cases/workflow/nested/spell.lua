-- Workflows within workflows: as objects, by name, as definitions, and composed.
local inner = Workflow.sequential{name = "inner", steps = {
  {name = "twice", handler = function(ctx) return ctx.input .. ctx.input end},
  {name = "loud", handler = function(ctx) return ctx.previous.output .. "!" end},
}}
local outer = Workflow.sequential{name = "outer", steps = {
  {name = "first", handler = function(ctx) return "a" .. ctx.input end},
  {name = "by_object", workflow = inner, input = "$first.output"},
  {name = "by_name", type = "workflow", workflow = "inner"},
  {name = "in_place", type = "loop", range = {0, 2}, body = {{name = "n", handler = function(ctx) return ctx.iteration.value end}}},
  {name = "last", handler = function(ctx) return {ctx.by_object, ctx.by_name, ctx.in_place} end},
}}
local result = outer:execute("b")
local composed = Workflow.compose({inner, "inner"}, "parallel", "composed")
local looks = Workflow.sequential{steps = {{name = "a", workflow = {steps = {{name = "b", handler = function() return 1 end}, {name = "c", handler = function(ctx) return {ctx.b, ctx.steps.b.status, ctx.outputs.b, ctx.a == nil} end}}}}}}
local ids = {zigllms.workflow.create{steps = {{name = "one", handler = function() return 1 end}}}, zigllms.workflow.create{steps = {{name = "two", handler = function(ctx) return ctx.input end}}}}
local ok, why = pcall(function()
  local itself = Workflow.sequential{name = "itself", steps = {{name = "x", handler = function() end}}}
  itself:add_step{name = "again", workflow = itself}
  return itself:execute()
end)
return {result.output, zigllms.workflow.execute(zigllms.workflow.compose(ids, "sequential")).output, composed:execute("x").output, looks:execute().output, {ok, tostring(why):find("nest itself", 1, true) ~= nil}}
