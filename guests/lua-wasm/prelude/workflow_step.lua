-- Steps of workflows. Agents, functions and workflows stay what they are until the host gets the workflow.
-- After: agent_tool, llm, workflow_condition.
local raw, guest = ...
local raise, text, kind, snake, array = guest.raise, guest.text, guest.kind, guest.snake, JSON.array
local fields, is_fields, known_word, read_condition, agents = guest.fields, guest.is_fields, guest.known_word, guest.read_condition, guest.agents
local options_of, take_prompt, aliases, sets, say = guest.options, guest.take_prompt, guest.aliases, guest.sets, guest.messages
local type, next, rawequal = type, next, rawequal
local strategies = aliases.workflow_strategy

local function strategy_of(value, what)
  return known_word(value, "workflow_strategy", "workflow_strategies", what .. ": error_strategy")
end
guest.strategy_of = strategy_of

-- Whether a table of a step's is a pattern of its own, such as {type = "parallel", branches = ...}.
local function pattern_in(given)
  local named = text(given.type) or text(given.pattern)
  local word = named and snake(named)
  word = word and (aliases.workflow_pattern[word] or word)
  if word and sets.workflow_patterns[word] then return word end
  if named == nil and (given.steps or given.branches or given.body or given.iterator) then return "sequential" end
end

-- The step around a pattern: the definition gets all that a step does not keep.
local function nested(given, pattern, where)
  local step, definition = {}, {}
  for key, value in next, given do
    local short = snake(key)
    local name = aliases.workflow_step[short] or short
    if short == "name" then step.name, definition.name = value, value
    elseif short ~= "condition" and sets.workflow_nested[name] then step[name] = value
    else definition[key] = value end
  end
  if text(given.type) or text(given.pattern) then definition.type, definition.pattern = nil, pattern end
  step.workflow = guest.new_workflow(definition, nil, where)
  return step
end

local function agent_of(value, where)
  if agents[value] then return value end
  local name = text(value)
  if not name then raise(where .. ": agent must be an agent, its name or its id, not a " .. type(value)) end
  return guest.agents_by_name[name] or guest.agents_by_id[name] or { name = name }
end

-- What the agent is asked, and the options of the run.
local function prompt_of(step, where)
  local prompt, options = step.prompt, options_of({}, step.options, where)
  if step.input ~= nil then
    if prompt ~= nil then raise(say.given_twice(where, "prompt")) end
    prompt = step.input
  end
  if is_fields(prompt) then
    local copy = {}
    for key, value in next, prompt do copy[key] = value end
    local found = take_prompt(copy, where)
    if found then
      options_of(options, copy, where)
      prompt = found
    end
  end
  return prompt, next(options) and options or nil
end

local read = {}

function read.agent(step, all, where)
  step.agent = agent_of(all.agent, where)
  step.prompt, step.options = prompt_of(all, where)
end

function read.tool(step, all, where)
  if all.prompt ~= nil then raise(where .. ": a tool has no prompt: give it its `input`") end
  step.tool, step.input = guest.tool_name(all.tool, where), all.input
end

read["function"] = function(step, all, where)
  if type(all["function"]) ~= "function" then raise(say.no_function(where, "handler", type(all["function"]))) end
  step["function"], step.input = all["function"], all.input
end

function read.workflow(step, all, where)
  local workflow = all.workflow
  if not guest.workflows[workflow] then
    local name = text(workflow)
    if name then workflow = guest.need_workflow(name, where)
    else workflow = guest.new_workflow(workflow, nil, where) end
  end
  step.workflow, step.input = workflow, all.input
  if step.input == nil then step.input = all.prompt end
end

function read.llm(step, all, where)
  local request, given = {}, all.llm
  if text(given) then request.model = text(given)
  elseif given ~= nil and given ~= true then options_of(request, given, where) end
  for name in next, sets.workflow_request do
    if all[name] ~= nil then request[name] = all[name] end
  end
  options_of(request, all.options, where)
  local prompt = all.prompt
  if prompt == nil then prompt = all.input end
  if prompt ~= nil then request.prompt = prompt end
  step.llm = guest.request_of(request, where)
end

function read.template(step, all, where)
  local id = text(all.template) or raise(say.no_text(where, "template", type(all.template)))
  step.kind, step.input = "function", all.input == nil and {} or all.input
  step["function"] = function(context) return guest.execute_template(id, context.input).result end
end

-- What the step is, by its type or by what it has.
local function kind_of(all, where)
  local named = known_word(all.type, "workflow_step_type", "workflow_step_types", where)
  local found
  for name in next, sets.workflow_step_types do
    if all[name] ~= nil then
      if found then raise(say.two_kinds(where, found < name and found or name, found < name and name or found)) end
      found = name
    end
  end
  if named and found and named ~= found then raise(say.two_kinds(where, named, found)) end
  if not found and all.model ~= nil then found = "llm" end
  if named and named ~= "llm" and not found then raise(where .. ": a step of type '" .. named .. "' needs a field '" .. named .. "'") end
  found = named or found
  if not found then raise(say.no_work(where)) end
  return found
end

-- Fields of other kinds of steps than this one's.
local function check_rest(all, found, where)
  if found == "llm" then return end
  for name in next, sets.workflow_request do
    if all[name] ~= nil then raise(where .. ": '" .. name .. "' belongs to a step of llm; an agent's run takes it in `options`") end
  end
  if found ~= "agent" and all.options ~= nil then raise(where .. ": 'options' belongs to a step of an agent") end
end

local function on_error_of(value, step, where)
  if value == nil then return nil end
  if type(value) == "function" then return { ["function"] = value } end
  if is_fields(value) and text(value.step) then return { step = text(value.step) } end
  local word = text(value)
  if not word then raise(where .. ": on_error is 'continue', the name of a step, or a function, not a " .. type(value)) end
  local strategy = strategies[snake(word)] or snake(word)
  if strategy == "continue" then return "continue" end
  if strategy == "fail_fast" then return nil end
  if strategy == "retry" then
    step.retry = step.retry or guest.retry_of(true, where)
    return nil
  end
  return { step = word }
end

local function names_in(list, where)
  if list == nil then return nil end
  if text(list) then list = { list } end
  if type(list) ~= "table" then raise(where .. ": depends_on must be a list of steps' names, not a " .. type(list)) end
  local names = array({})
  for i = 1, #list do
    names[i] = text(list[i]) or type(list[i]) == "table" and text(list[i].name) or raise(where .. ": depends_on must be a list of steps' names")
  end
  return names
end

local function flag(all, name, where)
  local value = all[name]
  if value ~= nil and type(value) ~= "boolean" then raise(where .. ": " .. name .. " must be true or false, not a " .. type(value)) end
  return value
end

-- A step of a definition, a function, an agent or a workflow, which stands at this place of its list.
function guest.read_step(given, place, what)
  if type(given) == "function" then given = { ["function"] = given }
  elseif agents[given] then given = { agent = given }
  elseif guest.workflows[given] then given = { workflow = given } end
  if not is_fields(given) then raise(what .. ": step" .. place .. ": a step is a table, a function, an agent or a workflow, not a " .. (type(given) == "table" and "list" or type(given))) end
  local where = what .. ": step '" .. (text(given.name) or "step" .. place) .. "'"
  local pattern = pattern_in(given)
  if pattern then given = nested(given, pattern, where) end
  local all = fields(given, "workflow_step", where)
  local found = kind_of(all, where)
  check_rest(all, found, where)
  if all.name ~= nil and not text(all.name) then raise(say.no_text(where, "name", type(all.name))) end
  local step = { name = text(all.name), kind = found }
  read[found](step, all, where)
  step.retry, step.timeout_ms, step.depends_on = guest.take_retry(all, where), all.timeout_ms, names_in(all.depends_on, where)
  if all.when ~= nil then step.when = read_condition(all.when, where) end
  if flag(all, "optional", where) or flag(all, "required", where) == false then step.optional = true end
  step.on_error = on_error_of(all.on_error, step, where)
  return step
end
