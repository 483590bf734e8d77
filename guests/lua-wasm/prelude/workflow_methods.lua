-- What can be asked of a workflow besides to execute it.
-- After: event, log, workflow_run.
local raw, guest = ...
local raise, text, kind, own, methods = guest.raise, guest.text, guest.kind, guest.workflow_of, guest.workflow_methods
local look_at, say, array, emit, debug = guest.look_at_workflow, guest.messages, JSON.array, Event.emit, Logger.debug
local draw, type, next, tostring, error, sort = raw.workflow.diagram, type, next, tostring, error, table.sort

-- The output of a step of the last execution; nil if there is none.
function methods.get_output(workflow, step)
  return look_at(own(workflow), "outputs." .. (text(step) or raise(say.takes_text("workflow:get_output", "a step's name", type(step)))))
end
function methods.get_all_outputs(workflow) return look_at(own(workflow), "outputs") or {} end

function methods.list_outputs(workflow)
  local names = array({})
  for name in next, methods.get_all_outputs(workflow) do names[#names + 1] = name end
  sort(names)
  return names
end

-- Forgets what the last execution gave; the state stays.
function methods.clear_outputs(workflow)
  guest.release_workflow(own(workflow), "workflow:clear_outputs")
  own(workflow).last = nil
  return true
end

function methods.get_status(workflow)
  local known = own(workflow)
  return look_at(known, "status") or known.last and known.last.status or "pending"
end
function methods.get_result(workflow) return own(workflow).last end
function methods.get_id(workflow) return own(workflow).id end
function methods.get_type(workflow) return own(workflow).definition.pattern end
-- That of the last execution; nil before there is one.
function methods.get_execution_id(workflow) return look_at(own(workflow), "execution_id") end

local function count_steps(definition)
  local n = 0
  for _, branch in next, definition.branches or {} do n = n + #branch.steps end
  return n + #(definition.steps or {}) + #(definition.otherwise or {})
end

function methods.get_info(workflow)
  local known = own(workflow)
  return {
    id = known.id, name = known.name, type = known.definition.pattern, pattern = known.definition.pattern,
    description = known.definition.description, steps = count_steps(known.definition), status = methods.get_status(workflow),
  }
end

function methods.get_metrics(workflow)
  local known = own(workflow)
  local n = known.completed + known.failed
  return {
    executions = known.executions, completed = known.completed, failed = known.failed, total_duration_ms = known.duration,
    average_duration_ms = n > 0 and known.duration / n or 0, success_rate = n > 0 and known.completed / n or 0,
  }
end

-- All that is known of it, to look at.
function methods.debug(workflow)
  return {
    info = methods.get_info(workflow), metrics = methods.get_metrics(workflow), state = methods.get_state(workflow),
    steps = look_at(own(workflow), "steps"), outputs = methods.get_all_outputs(workflow),
  }
end

-- A drawing as text; options: {format = "mermaid" or "svg"}.
function methods.diagram(workflow, options)
  local known, format = own(workflow), "mermaid"
  if text(options) then format = text(options)
  elseif type(options) == "table" then
    for name, value in next, options do
      if name ~= "format" then raise(say.no_option("workflow:diagram", tostring(name), "; known is: format")) end
      format = text(value) or raise(say.takes_text("workflow:diagram", "a format", type(value)))
    end
  elseif options ~= nil then raise(say.takes_text("workflow:diagram", "a format", type(options))) end
  local drawn, failure = draw(guest.workflow_handle(known), format)
  if not drawn then error(failure, 0) end
  return drawn
end

function methods.validate(workflow) return guest.validated_workflow(own(workflow)) end

-- {step = names of those it waits for}, as far as they were given.
function methods.get_dependencies(workflow)
  local all, steps = {}, own(workflow).definition.steps or {}
  for i = 1, #steps do all[steps[i].name or "step" .. i] = steps[i].depends_on or array({}) end
  return all
end

-- An event of this type, for whoever has subscribed to it.
function methods.emit(workflow, name, data)
  own(workflow)
  return emit(text(name) or raise(say.takes_text("workflow:emit", "an event's type", type(name))), data)
end

local function told(list, name)
  methods[name] = function(workflow, main)
    if type(main) ~= "function" then raise(say.takes_function("workflow:" .. name, type(main))) end
    local all = own(workflow).told[list]
    all[#all + 1] = main
    return workflow
  end
end
told("before", "on_before_execute")
told("after", "on_after_execute")
told("errors", "on_error")

for name, known in next, guest.aliases.workflow_method do methods[name] = methods[known] end

-- With Workflow.enable_debug, a line in the log for each execution.
function guest.tell_of_workflow(known, ok, result)
  if not guest.workflow_debug then return end
  if ok then debug("workflow '" .. known.name .. "': " .. result.status, { steps = result.steps, duration_ms = result.duration_ms })
  else debug("workflow '" .. known.name .. "': failed", { error = kind(result) == "failure" and result.message or text(result) }) end
end
