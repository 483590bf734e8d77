-- Conditions of workflows. What is a function stays one until the host gets the workflow.
-- After: workflow_fields.
local raw, guest = ...
local raise, text, fields, known_word, array = guest.raise, guest.text, guest.fields, guest.known_word, JSON.array
local say, type, next = guest.messages, type, next

-- What type a condition without one is of.
local function infer(all)
  if all.expression ~= nil then return "custom" end
  if all.conditions ~= nil then return "and" end
  if all.condition ~= nil then return "not" end
  if all.key ~= nil then return all.value ~= nil and "shared_data_equals" or "shared_data_exists" end
  if all.step == nil then return nil end
  if all.search_text ~= nil then return "step_output_contains" end
  if all.expected ~= nil then return "agent_classification" end
  return all.value ~= nil and "step_result_equals" or "step_succeeded"
end

-- Of a boolean, a function, an expression or a table.
local function read(given, what, depth)
  depth = depth or 1
  if depth > 64 then raise(say.conditions_too_deep(what)) end
  if type(given) == "boolean" then return given end
  if type(given) == "function" then return { ["function"] = given } end
  if text(given) then return { type = "custom", expression = text(given) } end
  if type(given) ~= "table" then raise(what .. ": a condition is true, false, a function, an expression or a table, not a " .. type(given)) end
  local all = fields(given, "workflow_condition", what .. ": condition")
  if all["function"] ~= nil then
    if type(all["function"]) ~= "function" then raise(say.no_function(what, "condition", type(all["function"]))) end
    return { ["function"] = all["function"] }
  end
  all.type = known_word(all.type, "workflow_condition_type", "workflow_condition_types", what .. ": condition") or infer(all)
  if not all.type then raise(what .. ": the condition has no type") end
  all.message = nil
  if all.condition ~= nil then all.condition = read(all.condition, what, depth + 1) end
  if all.conditions ~= nil then
    if type(all.conditions) ~= "table" then raise(what .. ": conditions must be a list") end
    local list = array({})
    for i = 1, #all.conditions do list[i] = read(all.conditions[i], what, depth + 1) end
    all.conditions = list
  end
  return all
end
guest.read_condition = read

-- With functions as numbers, by `number_of`.
local function lower(condition, number_of)
  if type(condition) ~= "table" then return condition end
  if condition["function"] then return { ["function"] = number_of(condition["function"], "condition") } end
  local all = {}
  for name, value in next, condition do all[name] = value end
  if all.condition ~= nil then all.condition = lower(all.condition, number_of) end
  if all.conditions then
    local list = array({})
    for i = 1, #all.conditions do list[i] = lower(all.conditions[i], number_of) end
    all.conditions = list
  end
  return all
end
guest.lower_condition = lower
