-- Executions of workflows.
-- After: task, workflow, workflow_result.
local raw, guest = ...
local execute = raw.workflow.execute
local drive, raise, text, kind, own, handle_of, methods = guest.drive, guest.raise, guest.text, guest.kind, guest.workflow_of, guest.workflow_handle, guest.workflow_methods
local handle_again, forget, result_of, sets, say, spawn = guest.handle_again, guest.forget, guest.workflow_result, guest.sets, guest.messages, Task.spawn
local type, next, error, pcall, setmetatable, tostring = type, next, error, pcall, setmetatable, tostring

-- The input, and variables that stand beside it: of {input = ..., vars = ...}, of {text = ...}, or the value as it is.
local function input_of(given)
  if type(given) ~= "table" or kind(given) then return given end
  local input, only_text, variables = given.input, given.text ~= nil, {}
  for key, value in next, given do
    local beside = sets.workflow_beside[key]
    if beside and type(value) == "table" then
      for name, inner in next, value do variables[name] = inner end
    elseif key ~= "input" and key ~= "text" then
      only_text, variables[key] = false, value
    end
  end
  if input ~= nil then
    if given.text ~= nil then variables.text = given.text end
    return input, variables
  end
  if only_text then return given.text, variables end
  return given
end

-- The options as the host takes them.
local function options_of(options, what)
  local made = {}
  if options ~= nil and type(options) ~= "table" then raise(say.no_options(what, type(options))) end
  for name, value in next, options or made do
    if not sets.workflow_execute[name] then raise(say.no_option(what, tostring(name), guest.nearest(text(name) or "", sets.workflow_execute))) end
    if made.checkpoint then raise(say.given_twice(what, name)) end
    made.checkpoint = text(value) or raise(say.no_text(what, name, type(value)))
  end
  return made
end

local function tell(all, ...)
  for i = 1, #all do all[i](...) end
end

-- The functions are there while anything executes it.
local function begin(known)
  if known.users == 0 then
    for number, main in next, known.functions do handle_again(number, main, true) end
  end
  known.users = known.users + 1
end
local ending = {
  __close = function(self)
    local known = self.known
    known.users = known.users - 1
    if known.users > 0 then return end
    for number in next, known.functions do forget(number) end
  end,
}

local function ran(known, result)
  if result and result.status == "paused" then return end
  known.duration = known.duration + (result and result.duration_ms or 0)
  local good = result and result.success
  known.completed, known.failed = known.completed + (good and 1 or 0), known.failed + (good and 0 or 1)
end

local function run(known, input, options)
  local handle = handle_of(known)
  begin(known)
  local over <close> = setmetatable({ known = known }, ending)
  return drive(execute(handle, input, options))
end

local function execute_with(workflow, given, options)
  local known = own(workflow)
  local input, variables = input_of(given)
  for key, value in next, variables or {} do methods.set_state(workflow, key, value) end
  tell(known.told.before, { workflow = known.name, id = known.id, input = input })
  known.executions, known.input, known.checkpoint, known.resumes = known.executions + 1, input, options.checkpoint, options.resume
  local ok, result = pcall(run, known, input, options)
  known.last = ok and result or kind(result) == "failure" and result.details or nil
  ran(known, ok and result or nil)
  guest.tell_of_workflow(known, ok, result)
  if not ok then
    tell(known.told.errors, result)
    if not known.told.errors[1] and guest.workflow_error_handler then guest.workflow_error_handler(result, known.name) end
    error(result, 0)
  end
  result_of(result, known)
  tell(known.told.after, result)
  return result
end

function methods.execute(workflow, given, options) return execute_with(workflow, given, options_of(options, "workflow:execute")) end

-- Goes on with a checkpoint; without an id, with the one of the last execution.
function methods.resume(workflow, id)
  local known = own(workflow)
  if id == nil then id = known.checkpoint or raise(say.nothing_to_resume("workflow:resume")) end
  return execute_with(workflow, nil, { checkpoint = text(id) or raise(say.takes_text("workflow:resume", "a checkpoint's id", type(id))), resume = true })
end

-- Of several at once: a task, to be awaited.
function methods.execute_async(workflow, ...)
  own(workflow)
  return spawn(methods.execute, workflow, ...)
end
