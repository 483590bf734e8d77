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
  local input, state = own.input, own.state
  if own.resumes then input = look(own.handle, "input") end
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

-- For the functions of one workflow: of the outermost, whose number is 0, or of one that is being executed within it.
local function open(own, scope)
  local prefix = scope == 0 and "" or "scopes." .. scope .. "."
  local meta = { __metatable = false, __name = "context" }
  own.state = own.state or view(own, "state")
  function meta.__index(context, name)
    local other = others[name]
    if other then return context[other] end
    if name == "state" then return own.state end
    if name == "steps" or name == "outputs" then return view(own, prefix .. name) end
    if name == "vars" or name == "variables" then return variables(own) end
    if unset[name] then return nil end
    local key = text(name)
    if key and own.handle then return look(own.handle, prefix .. "outputs." .. key) end
  end
  return meta
end

-- The context of one call.
local function context_of(own, given)
  local previous, scope = given.previous, given.scope
  given.previous, given.scope = { output = previous, result = previous }, nil
  local iteration = given.iteration
  if iteration then
    iteration.current_value, iteration.current_item, iteration.total_iterations = iteration.value, iteration.value, iteration.total
  end
  if scope ~= 0 then return setmetatable(given, open(own, scope)) end
  own.context = own.context or open(own, 0)
  return setmetatable(given, own.context)
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
function roles.step(own, main)
  return function(given) return checked(main(context_of(own, given))) end
end
function roles.condition(own, main)
  return function(given) return not not main(context_of(own, given)) end
end
function roles.error(own, main)
  return function(given)
    local problem = given.error
    if type(problem) == "table" then mark(problem, "failure") end
    return checked(main(context_of(own, given), problem))
  end
end

-- What the host calls for a function of a workflow, or of one within it, by what it is there for.
function guest.in_context(own, main, role) return roles[role](own, main) end
