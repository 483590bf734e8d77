-- A hook hears of each checkpoint, and changes nothing. Without a checkpoint there is nothing to hear.
local seen = {}
Hook.register("WorkflowCheckpoint", function(ctx)
  seen[#seen + 1] = {ctx.point, ctx.component_id.name, ctx.checkpoint, ctx.step, ctx.attempt, ctx.execution ~= nil}
  return "no further"
end)
local tries = 0
local flow = Workflow.sequential{name = "kept", steps = {
  {name = "one", handler = function() return 1 end},
  {name = "two", retry_count = 1, retry_delay_ms = 1, handler = function() tries = tries + 1 if tries == 1 then error("again") end return 2 end},
}}
local without = flow:execute().output
tries = 0
return {without, #seen, flow:execute(nil, {checkpoint = "c"}).output, seen}
