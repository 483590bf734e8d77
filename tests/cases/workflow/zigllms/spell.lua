-- Workflows as zigllms spells them.
local flow = zigllms.workflow
local id = flow.create{name = "z", pattern = flow.Pattern.SEQUENTIAL, steps = {
  {name = "a", type = "custom", execute = function(ctx) return ctx.input end}, {name = "b", type = "custom", execute = function(ctx) return ctx.previous.output + 1 end},
}}
local before = {flow.get_status(id) == flow.Status.PENDING, flow.get_info(id).state == flow.State.CREATED, flow.get_result(id) == nil}
local result = flow.execute(id, 4)
local graph = flow.create{pattern = "dag", steps = {{name = "x", execute = function() return 1 end}, {name = "y", depends_on = {"x"}, retry_policy = {max_attempts = 2, backoff_ms = 1, backoff_multiplier = 2}, execute = function() return 2 end}}}
local both = flow.compose({id, graph}, "parallel")
local together = flow.execute(both, 1)
local ok, why = pcall(flow.get_status, "nothing")
local listed = #flow.list()
flow.add_step(id, {name = "c", execute = function(ctx) return ctx.b * 10 end})
local wrong = flow.validate{steps = {{name = "q"}}}
return {before, result.output, flow.get_status(id) == "completed", flow.get_result(id).output, flow.get_dependencies(graph), together.output, listed,
  flow.get(both).type, {ok, tostring(why):find("no workflow 'nothing'", 1, true) ~= nil}, flow.executeAsync(id, 1):await().output, flow.cancel(id), {wrong.valid, #wrong.errors},
  flow.validate(id).valid, flow.Pattern.LOOP, flow.Status.CANCELLED, flow.destroy(both), #flow.list()}
