-- Workflows: steps that the host runs. A spell holds a table; what is known of it is out of its reach.
-- After: agent, workflow_definition, workflow_lower.
local raw, guest = ...
local create, validate, look = raw.workflow.create, raw.workflow.validate, raw.workflow.look
local set_state, pause, cancel, close = raw.workflow.set_state, raw.workflow.pause, raw.workflow.cancel, raw.workflow.close
local raise, text, member, lower, say, array = guest.raise, guest.text, guest.member, guest.lower_workflow, guest.messages, JSON.array
local type, next, error, setmetatable, rawequal, remove = type, next, error, setmetatable, rawequal, table.remove
raw.workflow.setup()

local workflows = setmetatable({}, { __mode = "k" }) -- workflow -> what is known of it
local by_name = {} -- those that a spell gave a name, the younger of two
local methods, meta, count = {}, guest.handles{ __name = "workflow", __metatable = false }, 0
guest.workflows, guest.workflows_by_name, guest.workflow_methods = workflows, by_name, methods
guest.registers[#guest.registers + 1] = by_name
guest.workflows_by_id = {} -- those of zigllms.workflow

local function own(workflow)
  local own = workflows[workflow]
  if not own then raise("not a workflow: call its methods with a colon, as workflow:execute(input)") end
  return own
end
guest.workflow_of = own

-- Of a name, of an id of one that has a name, or of zigllms.
function guest.need_workflow(name, what)
  if workflows[name] then return name end
  local word = text(name) or raise(what .. " takes a workflow, its name or its id, not a " .. type(name))
  local found = by_name[word] or guest.workflows_by_id[word]
  if found then return found end
  for _, workflow in next, by_name do
    if workflows[workflow].id == word then return workflow end
  end
  raise(say.no_workflow(what, word, guest.names_released and say.names_released() or guest.nearest(word, by_name)))
end

-- One that the host does not know yet.
function guest.new_workflow(given, pattern, what)
  local definition, told = guest.read_definition(given, pattern, what)
  count = count + 1
  local id = "workflow-" .. count
  local known = {
    id = id, name = definition.name or id, definition = definition, functions = {}, users = 0, agent_steps = {},
    executions = 0, completed = 0, failed = 0, duration = 0, told = { before = {}, after = {}, errors = {} },
  }
  known.told.before[1], known.told.after[1], known.told.errors[1] = told.on_before_execute, told.on_after_execute, told.on_error
  local workflow = setmetatable({}, meta)
  workflows[workflow] = known
  if definition.name then by_name[definition.name] = workflow end
  return workflow
end

local function has_steps(definition)
  local all = definition.branches or definition.steps
  return all[1] ~= nil
end

-- The host's handle, of the definition as it is now. What was set before stays.
function guest.workflow_handle(known)
  if known.handle then return known.handle end
  local all = lower(known)
  local handle, failure = create(all.definition, all.handles)
  if not handle and failure.code == "handles" then
    guest.release_names()
    handle, failure = create(all.definition, all.handles)
  end
  if not handle then error(failure, 0) end
  known.handle, known.functions, known.agent_steps = handle, all.functions, all.agent_steps
  return handle
end

local handle_of = guest.workflow_handle

-- The definition changes: the host gets it anew when it needs it.
function guest.release_workflow(known, what)
  if known.users > 0 then raise(what .. ": the workflow '" .. known.name .. "' is being executed") end
  if not known.handle then return end
  known.definition.state = look(known.handle, "state")
  close(known.handle)
  known.handle = nil
end
local release = guest.release_workflow

-- Lets the host check it at once, unless its steps come later.
function guest.settled_workflow(workflow)
  local known = own(workflow)
  if has_steps(known.definition) then handle_of(known) end
  return workflow
end

function methods.cancel(workflow)
  local known = own(workflow)
  return known.handle ~= nil and cancel(known.handle)
end
-- Before its next step. Whether there is an execution under way.
function methods.pause(workflow)
  local known = own(workflow)
  if not known.handle then return false end
  local paused, failure = pause(known.handle)
  if failure then error(failure, 0) end
  return paused
end

function methods.set_state(workflow, key, value)
  local known = own(workflow)
  key = text(key) or raise(say.takes_text("workflow:set_state", "a key", type(key)))
  if not known.handle then
    local state = {}
    for name, inner in next, known.definition.state or {} do state[name] = inner end
    state[key], known.definition.state = value, state
    return true
  end
  local ok, failure = set_state(known.handle, key, value)
  if not ok then error(failure, 0) end
  return true
end

-- What the host keeps under this path; before there is anything, nil.
local function look_at(known, path)
  if known.handle then return look(known.handle, path) end
end
guest.look_at_workflow = look_at

function methods.get_state(workflow, key)
  local known = own(workflow)
  if not known.handle then
    local state = known.definition.state or {}
    if key == nil then return state end
    return state[key]
  end
  if key == nil then return look_at(known, "state") or {} end
  return look_at(known, "state." .. (text(key) or raise(say.takes_text("workflow:get_state", "a key", type(key)))))
end

local function add_step(list, given, what)
  list[#list + 1] = guest.read_step(given, #list + 1, what)
  if list[#list].depends_on then return true end
end

-- One more step at the end; in a parallel workflow, one more branch.
function methods.add_step(workflow, first, second)
  local known = own(workflow)
  local given = first
  if text(first) and type(second) == "table" then
    given = { name = first }
    for key, value in next, second do given[key] = value end
  elseif text(first) and type(second) == "function" then given = { name = first, ["function"] = second } end
  release(known, "workflow:add_step")
  local definition = known.definition
  if definition.pattern == "parallel" then
    definition.branches[#definition.branches + 1] = guest.read_branch(given, #definition.branches + 1, "parallel", "workflow:add_step")
  elseif definition.pattern == "conditional" then raise("workflow:add_step: a conditional workflow takes its steps in branches")
  elseif add_step(definition.steps, given, "workflow:add_step") and definition.pattern == "sequential" then definition.pattern = "dag" end
  return workflow
end

local function lists_of(definition)
  local lists = { definition.steps or {}, definition.otherwise or {} }
  for _, branch in next, definition.branches or {} do lists[#lists + 1] = branch.steps end
  return lists
end

-- What the steps are called, branch by branch.
function methods.get_steps(workflow)
  local names, definition = array({}), own(workflow).definition
  for _, list in next, lists_of(definition) do
    for i = 1, #list do names[#names + 1] = list[i].name or "step" .. i end
  end
  return names
end

-- Takes a step away; in a parallel workflow, the branch of that name. Whether there was one.
function methods.remove_step(workflow, name)
  local known = own(workflow)
  local word = text(name) or raise(say.takes_text("workflow:remove_step", "a step's name", type(name)))
  release(known, "workflow:remove_step")
  local definition = known.definition
  for _, list in next, { definition.steps or {}, definition.otherwise or {}, definition.pattern == "parallel" and definition.branches or {} } do
    for i = 1, #list do
      if (list[i].name or "step" .. i) == word then
        remove(list, i)
        return true
      end
    end
  end
  return false
end

function methods.close(workflow)
  local known = own(workflow)
  if rawequal(by_name[known.name], workflow) then by_name[known.name] = nil end
  release(known, "workflow:close")
end

function meta.__index(workflow, key)
  local known = own(workflow)
  if key == "name" or key == "id" then return known[key] end
  if key == "type" or key == "pattern" then return known.definition.pattern end
  if key == "description" then return known.definition.description end
  return member(methods, key, "a workflow")
end
function meta.__tostring(workflow) return "workflow: " .. own(workflow).name end

-- {valid, errors, warnings}, of a definition as the host takes it.
function guest.validated_workflow(known)
  local all = lower(known)
  local verdict = validate(all.definition)
  verdict.errors, verdict.warnings = verdict.errors or array({}), verdict.warnings or array({})
  return verdict
end
