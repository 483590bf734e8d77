-- Workflows as zigllms spells them: ids, which are texts.
-- Names: zigllms.workflow.
-- After: workflow_names.
local raw, guest = ...
local raise, text, own, methods, members = guest.raise, guest.text, guest.workflow_of, guest.workflow_methods, guest.workflow_names
local workflows, say, type, next, sort = guest.workflows, guest.messages, type, next, table.sort

local known = guest.workflows_by_id -- id -> workflow

local function find(id, what)
  if workflows[id] then return id end
  local found = known[text(id) or 0]
  return found or raise(say.no_workflow("zigllms.workflow." .. what, text(id) or type(id), guest.nearest(text(id) or "", known)))
end

local function keep(workflow)
  local id = own(workflow).id
  known[id] = workflow
  return id
end

local workflow = guest.zigllms.workflow
function workflow.create(given) return keep(members.create(given)) end
function workflow.execute(id, input, options) return methods.execute(find(id, "execute"), input, options) end
function workflow.execute_async(id, input, options) return methods.execute_async(find(id, "execute_async"), input, options) end
function workflow.pause(id) return methods.pause(find(id, "pause")) end
function workflow.resume(id, checkpoint) return methods.resume(find(id, "resume"), checkpoint) end
function workflow.cancel(id) return methods.cancel(find(id, "cancel")) end
function workflow.get_status(id) return methods.get_status(find(id, "get_status")) end
function workflow.get_result(id) return methods.get_result(find(id, "get_result")) end
function workflow.add_step(id, step) return methods.add_step(find(id, "add_step"), step) and true end
function workflow.remove_step(id, step) return methods.remove_step(find(id, "remove_step"), step) end
function workflow.get_steps(id) return methods.get_steps(find(id, "get_steps")) end
function workflow.diagram(id, options) return methods.diagram(find(id, "diagram"), options) end
function workflow.get_dependencies(id) return methods.get_dependencies(find(id, "get_dependencies")) end
function workflow.destroy(id)
  methods.close(find(id, "destroy"))
  known[text(id)] = nil
  return true
end

function workflow.get_info(id)
  local info = methods.get_info(find(id, "get_info"))
  info.state = info.status == "pending" and workflow.State.CREATED or info.status
  return info
end

function workflow.list()
  local ids = {}
  for id in next, known do ids[#ids + 1] = id end
  sort(ids)
  return ids
end

function workflow.compose(ids, pattern)
  local list = {}
  if type(ids) ~= "table" then raise("zigllms.workflow.compose takes a list of ids, and 'sequential' or 'parallel'") end
  for i = 1, #ids do list[i] = find(ids[i], "compose") end
  return keep(members.compose(list, pattern))
end

-- Of a definition, or an id.
function workflow.validate(given)
  if text(given) then given = find(given, "validate") end
  return members.validate(given)
end
workflow.get, workflow.get_results = workflow.get_info, workflow.get_result

return guest.open_names(workflow, "zigllms.workflow")
