-- Workflow and workflow: the namespace.
-- After: workflow_builder.
local raw, guest = ...
local raise, text, own, need, methods = guest.raise, guest.text, guest.workflow_of, guest.need_workflow, guest.workflow_methods
local workflows, by_name, new, settled = guest.workflows, guest.workflows_by_name, guest.new_workflow, guest.settled_workflow
local say, array, type, next, pcall, sort, tostring = guest.messages, JSON.array, type, next, pcall, table.sort, tostring

local members = {}
guest.workflow_names = members

for pattern in next, guest.sets.workflow_patterns do
  members[pattern] = function(given) return settled(new(text(given) and { name = given } or given, pattern, "Workflow." .. pattern)) end
end
function members.create(given) return settled(new(given, nil, "Workflow.create")) end
function members.builder(name) return guest.workflow_builder(name) end

-- A workflow, its name or id, or a definition.
local function find(given, what)
  if type(given) == "table" and not workflows[given] and not text(given) then return settled(new(given, nil, what)) end
  return need(given, what)
end
function members.execute(given, ...) return methods.execute(find(given, "Workflow.execute"), ...) end
function members.execute_async(given, ...) return methods.execute_async(find(given, "Workflow.execute_async"), ...) end

function members.validate(given)
  if workflows[given] then return methods.validate(given) end
  local ok, verdict = pcall(function() return guest.validated_workflow(own(new(given, nil, "Workflow.validate"))) end)
  if ok then return verdict end
  return { valid = false, errors = array({ { path = "", message = guest.kind(verdict) and verdict.message or tostring(verdict) } }), warnings = array({}) }
end

-- Those that have a name, sorted by it.
local function infos()
  local names, all = {}, array({})
  for name in next, by_name do names[#names + 1] = name end
  sort(names)
  for i = 1, #names do all[i] = methods.get_info(by_name[names[i]]) end
  return all
end
members.list = infos

-- Nil if there is none of this name.
function members.get(name)
  local ok, found = pcall(need, name, "Workflow.get")
  if ok then return found end
  if not text(name) then raise(say.takes_text("Workflow.get", "a workflow's name", type(name))) end
  return nil
end
function members.exists(name) return members.get(name) ~= nil end

-- (name, workflow or definition), or (workflow or definition that has a name). Gives the workflow.
function members.register(first, second)
  local name, given = text(first), second
  if not name then name, given = nil, first end
  if type(given) ~= "table" then raise("Workflow.register takes a name, and a workflow or a definition") end
  local workflow = workflows[given] and given
  if not workflow then
    local definition = {}
    for key, value in next, given do definition[key] = value end
    definition.name = definition.name or name
    workflow = new(definition, nil, "Workflow.register")
  end
  by_name[name or own(workflow).name] = workflow
  return settled(workflow)
end

-- Forgets the name. Whether there was one.
function members.remove(name)
  local known = text(name) or workflows[name] and own(name).name or raise(say.takes_text("Workflow.remove", "a workflow's name", type(name)))
  local had = by_name[known] ~= nil
  by_name[known] = nil
  return had
end
function members.clear()
  for name in next, by_name do by_name[name] = nil end
end

function members.types()
  local names, all = {}, guest.lists.workflow_types
  for i = 1, #all do names[i] = all[i].type end
  return names
end
function members.discover_types()
  local found, all = {}, guest.lists.workflow_types
  for i = 1, #all do found[i] = { type = all[i].type, name = all[i].type, description = all[i].description } end
  return found
end

-- One workflow of several: each is a step, or a branch.
function members.compose(list, pattern, name)
  if type(list) ~= "table" then raise("Workflow.compose takes a list of workflows, and 'sequential' or 'parallel'") end
  local steps, used = {}, {}
  for i = 1, #list do
    local workflow = need(list[i], "Workflow.compose")
    local known = own(workflow)
    steps[i], used[known.name] = { name = not used[known.name] and known.name or nil, workflow = workflow }, true
  end
  return settled(new({ name = name, steps = steps }, text(pattern) or "sequential", "Workflow.compose"))
end

-- Called as (failure, name of the workflow) where an execution fails and the workflow has no such function of its own.
function members.set_default_error_handler(main)
  if main ~= nil and type(main) ~= "function" then raise(say.takes_function("Workflow.set_default_error_handler", type(main))) end
  guest.workflow_error_handler = main
end
function members.enable_debug(on) guest.workflow_debug = on ~= false end
function members.disable_debug() guest.workflow_debug = false end
function members.is_debug_enabled() return guest.workflow_debug == true end

for name, known in next, guest.aliases.workflow_names do members[name] = members[known] end
Workflow, workflow = guest.open_names(members, "Workflow"), guest.open_names(members, "workflow")
