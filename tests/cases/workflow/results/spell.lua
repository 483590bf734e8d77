-- All that a result says, in all its spellings; in JavaScript names are in the order of the steps.
local result = Workflow.sequential{name = "full", steps = {
  {name = "zebra", handler = function() return {n = 1} end}, {name = "apple", handler = function() return "text" end}, {name = "mango", when = false, handler = function() end},
}}:execute("x")
-- Without any function, too.
local function ids()
  local flow = Workflow.sequential{steps = {{tool = "calculator", input = {input = "1"}}}}
  local none = flow:get_execution_id() == nil
  local result = flow:execute()
  return {result.execution_id, result.execution_id == flow:get_execution_id() and result.metadata.extra.execution_id == result.execution_id, none}
end
local order = {}
for name in pairs(result.steps) do order[#order + 1] = name end
table.sort(order)
local extra = result.metadata.extra
return {result.success, result.status, result.text, result.output, result.outputs, result.steps.zebra.status, result.steps.zebra.attempts, result.steps.mango.status,
  result.data.steps_executed, result.final_output, result.steps_executed, result.error == nil, type(result.execution_time_ms), type(result.duration_ms), type(result.metadata.execution_time_ms),
  extra.workflow_type, extra.workflow_name, extra.total_steps, extra.successful_steps, extra.failed_steps, type(extra.execution_id), order, JSON.decode(JSON.encode(result)).text, result.nothing == nil, ids()}
