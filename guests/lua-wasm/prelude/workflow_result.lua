-- What an execution gave: a table as the host made it, and, when it is asked for, what other dialects call it.
local raw, guest = ...
local look = raw.workflow.look
local next, rawget, setmetatable, type = next, rawget, setmetatable, type

local function data_of(result, name)
  local data = rawget(result, "data")
  if type(data) == "table" then return data[name] end
end

local function count(steps, status)
  local n = 0
  for _, step in next, steps or {} do
    if not status or step.status == status then n = n + 1 end
  end
  return n
end

local read = {}
function read.execution_time_ms(result) return rawget(result, "duration_ms") end
function read.iterations(result) return data_of(result, "completed_iterations") end
function read.final_state(_, own) return own.handle and look(own.handle, "state") end

function read.metadata(result, own)
  local steps, outputs = rawget(result, "steps"), {}
  for name in next, own.agent_steps do outputs[name] = (rawget(result, "outputs") or outputs)[name] end
  local total, good = count(steps), count(steps, "completed")
  return {
    execution_time_ms = rawget(result, "duration_ms"), usage = rawget(result, "usage"),
    extra = {
      workflow_type = own.definition.pattern, workflow_name = own.name, execution_id = rawget(result, "execution_id"), total_steps = total,
      successful_steps = good, failed_steps = count(steps, "failed"), success_rate = total > 0 and good / total or 1,
      agent_outputs = outputs,
    },
  }
end

local others = { execution_time = "execution_time_ms" }
local in_data = {
  steps_executed = true, final_output = true, completed_iterations = true, successful_branches = true,
  executed_branches = true, iteration_outputs = true, break_message = true,
}

function guest.workflow_result(result, own)
  if not own.result then
    own.result = {
      __metatable = false,
      __index = function(result, name)
        name = others[name] or name
        if in_data[name] then return data_of(result, name) end
        if read[name] then return read[name](result, own) end
      end,
    }
  end
  return setmetatable(result, own.result)
end
