-- What the functions of a workflow get: what the host says of where it is, and, when it is asked for, all the rest.
-- After: reply, value.
local raw, guest = ...
local look, set_state = raw.workflow.look, raw.workflow.set_state
local kind, text, failure, mark, say = guest.kind, guest.text, guest.failure, guest.mark, guest.messages
local type, error, next, rawget, setmetatable = type, error, next, rawget, setmetatable

-- A table whose fields are looked up one by one, or all at once by pairs.
local function view(own, part)
  local meta = { __metatable = false, __name = part }
  function meta.__index(_, name)
    local key = text(name)
    if key and own.handle then return look(own.handle, part .. "." .. key) end
  end
  function meta.__pairs() return next, own.handle and look(own.handle, part) or {} end
  if part == "state" then
    function meta.__newindex(_, name, value)
      local ok, problem = set_state(own.handle, name, value)
      if not ok then error(problem, 0) end
    end
  end
  return setmetatable({}, meta)
end

-- Variables: keys of what the workflow was executed with, or of the state.
local function variables(own)
  local input, state = own.input, own.views.state
  return setmetatable({}, {
    __metatable = false, __name = "vars",
    __index = function(_, name)
      local value = type(input) == "table" and not kind(input) and rawget(input, name)
      if value == nil or value == false and type(input) ~= "table" then return state[name] end
      return value
    end,
    __pairs = function() return next, type(input) == "table" and not kind(input) and input or {} end,
  })
end

local others = {
  execution_id = "execution", workflow_name = "workflow", step_name = "step", shared_data = "state", loop = "iteration",
  parameters = "input", params = "input", arguments = "input", args = "input",
}

local unset = { previous = true, iteration = true, input = true, error = true }

-- In a workflow within another, whose steps the host does not look up.
local function open_inner(own)
  local meta = { __metatable = false, __name = "context" }
  function meta.__index(context, name)
    local other = others[name]
    if other then return context[other] end
    if name == "state" then return own.views.state end
    if name == "vars" or name == "variables" then return variables(own) end
    if unset[name] then return nil end
    error(failure("invalid", say.no_lookup(text(name) or type(name))), 0)
  end
  own.inner_context = meta
end

-- A workflow's own, for all its functions.
local function open(own)
  own.views = { state = view(own, "state"), steps = view(own, "steps"), outputs = view(own, "outputs") }
  local meta = { __metatable = false, __name = "context" }
  function meta.__index(context, name)
    local other = others[name]
    if other then return context[other] end
    if own.views[name] then return own.views[name] end
    if name == "vars" or name == "variables" then return variables(own) end
    if unset[name] then return nil end
    return own.views.outputs[name]
  end
  own.context = meta
  open_inner(own)
end

-- The context of one call.
local function context_of(own, given, is_inner)
  if not own.context then open(own) end
  local previous = given.previous
  own.execution_id = given.execution
  given.previous = { output = previous, result = previous }
  local iteration = given.iteration
  if iteration then
    iteration.current_value, iteration.current_item, iteration.total_iterations = iteration.value, iteration.value, iteration.total
  end
  return setmetatable(given, is_inner and own.inner_context or own.context)
end

local function refuse(message) error(failure("script", message), 0) end

-- A result is the step's output; {success = false, error = ...}, or nil and a message, is a failure.
local function checked(result, problem)
  if result == nil and problem ~= nil then
    if kind(problem) == "failure" then error(problem, 0) end
    refuse(text(problem) or "the function failed")
  end
  if type(result) ~= "table" or kind(result) or rawget(result, "success") ~= false then return result end
  local said = rawget(result, "error")
  if kind(said) == "failure" then error(said, 0) end
  refuse(text(said) or type(said) == "table" and text(said.message) or text(rawget(result, "message")) or "the function says that it failed")
end

local roles = {}
function roles.step(own, main, is_inner)
  return function(given) return checked(main(context_of(own, given, is_inner))) end
end
function roles.condition(own, main, is_inner)
  return function(given) return not not main(context_of(own, given, is_inner)) end
end
function roles.error(own, main, is_inner)
  return function(given)
    local problem = given.error
    if type(problem) == "table" then mark(problem, "failure") end
    return checked(main(context_of(own, given, is_inner), problem))
  end
end

-- What the host calls for a function of a workflow, or of one within it, by what it is there for.
function guest.in_context(own, main, role, is_inner) return roles[role](own, main, is_inner) end
