-- A workflow as the host takes it: agents as places in a list, functions as numbers, workflows within others as definitions.
-- After: agent, handler, workflow_condition, workflow_context.
local raw, guest = ...
local raise, text, agents, agent_of, agent_handle = guest.raise, guest.text, guest.agents, guest.agent_of, guest.agent_handle
local handler, forget, in_context, lower_condition, encode, array = guest.handler, guest.forget, guest.in_context, guest.lower_condition, JSON.encode, JSON.array
local methods, say, next, type = guest.agent_methods, guest.messages, next, type

local lower_definition

-- The place of a handle in the list of those that go along.
local function place_of(handle, all)
  local place = all.places[handle]
  if place then return place end
  place = #all.handles
  all.handles[place + 1], all.places[handle] = handle, place
  return place
end

local lower = {}

function lower.agent(made, step, all)
  local agent = step.agent
  if not agents[agent] then
    made.agent, made.prompt, made.options = agent, step.prompt, step.options
    return
  end
  local known = agent_of(agent)
  if not known.call then
    made.agent, made.prompt, made.options = { handle = place_of(agent_handle(agent, "place in a workflow"), all) }, step.prompt, step.options
    return
  end
  -- An agent that is made of others, or of a function, is one here as well.
  local function answer(context)
    local prompt = context.input
    if step.prompt == nil then prompt = context.previous.output end
    return methods.run(agent, text(prompt) or encode(prompt), step.options)
  end
  made["function"], made.input = all.number_of(answer, "step"), step.prompt
end

function lower.tool(made, step) made.tool, made.input = step.tool, step.input end
function lower.llm(made, step) made.llm = step.llm end

lower["function"] = function(made, step, all)
  made["function"], made.input = all.number_of(step["function"], "step"), step.input
end

function lower.workflow(made, step, all)
  made.workflow, made.input = lower_definition(guest.workflows[step.workflow], all), step.input
end

local function lower_steps(steps, all)
  local list = array({})
  for i = 1, #steps do
    local step = steps[i]
    local made = { name = step.name, timeout_ms = step.timeout_ms, retry = step.retry, depends_on = step.depends_on, optional = step.optional }
    if step.when ~= nil then made.when = lower_condition(step.when, all.number_of) end
    local answer = step.on_error
    if type(answer) == "table" and answer["function"] then answer = { ["function"] = all.number_of(answer["function"], "error") } end
    made.on_error = answer
    lower[step.kind](made, step, all)
    if step.kind == "agent" and all.depth == 1 then all.agent_steps[step.name or "step" .. i] = true end
    list[i] = made
  end
  return list
end

local function lower_branches(branches, all)
  local list = array({})
  for i = 1, #branches do
    local branch = branches[i]
    list[i] = { name = branch.name, required = branch.required, timeout_ms = branch.timeout_ms, steps = lower_steps(branch.steps, all) }
    if branch.condition ~= nil then list[i].condition = lower_condition(branch.condition, all.number_of) end
  end
  return list
end

function lower_definition(own, all)
  if all.within[own] then raise(say.nests_itself("a workflow", own.name)) end
  all.within[own], all.depth = true, all.depth + 1
  local made = {}
  for name, value in next, own.definition do made[name] = value end
  made.name = own.name
  for _, name in next, { "steps", "otherwise" } do
    if made[name] then made[name] = lower_steps(made[name], all) end
  end
  if made.branches then made.branches = lower_branches(made.branches, all) end
  if made["while"] ~= nil then made["while"] = lower_condition(made["while"], all.number_of) end
  if made["break"] then
    local list = array({})
    for i = 1, #made["break"] do
      list[i] = { condition = lower_condition(made["break"][i].condition, all.number_of), message = made["break"][i].message }
    end
    made["break"] = list
  end
  all.within[own], all.depth = nil, all.depth - 1
  return made
end

-- {definition, handles, functions: by number, agent_steps: names}. The functions are there for the host only while the workflow
-- is executed: so a workflow that is dropped leaves nothing behind.
function guest.lower_workflow(own)
  local all = { handles = {}, places = {}, functions = {}, within = {}, depth = 0, agent_steps = {} }
  function all.number_of(main, role)
    local called = in_context(own, main, role)
    local number = handler(called)
    forget(number)
    all.functions[number] = called
    return number
  end
  all.definition = lower_definition(own, all)
  return all
end
