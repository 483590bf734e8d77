-- Agents: models with instructions, tools and a memory of their own. Many spellings of few host calls.
-- After: dialect, task.
local raw, guest = ...
raw = raw.agent
local spawn = Task.spawn
local create, run, describe, close = raw.create, raw.run, raw.describe, raw.close
local drive, raise, text, kind, mark = guest.drive, guest.raise, guest.text, guest.kind, guest.mark
local options_of, take_prompt, member, snake = guest.options, guest.take_prompt, guest.member, guest.snake
local type, error, next, rawequal, tostring, setmetatable = type, error, next, rawequal, tostring, setmetatable
local collect = collectgarbage
raw.setup()

local agents = setmetatable({}, { __mode = "k" }) -- out of the spell's reach: agent -> what is known of it
local by_name = {} -- those that a spell gave a name, the younger of two
local registered = {} -- name -> the agent, of Agent.register: nothing but the name is to know it
local methods, meta = {}, guest.handles{ __name = "agent", __metatable = false }
guest.agents, guest.agents_by_name, guest.agent_methods = agents, by_name, methods
guest.registered_agents = registered
guest.agents_by_id = {} -- those of zigllms.agent

-- {handle, name, ...}, or for agents made of functions {call, name, ...}.
local function own(agent)
  local own = agents[agent]
  if not own then raise("not an agent: call its methods with a colon, as agent:run(prompt)") end
  return own
end
guest.agent_of = own

-- The host's handle.
function guest.agent_handle(agent, what)
  local own = own(agent)
  if own.handle then return own.handle end
  if own.closed then error(guest.failure("closed", "the agent '" .. own.name .. "' is destroyed"), 0) end
  raise("the agent '" .. own.name .. "' is made of other agents or a function: it has no " .. what)
end
local handle_of = guest.agent_handle

function guest.new_agent(known)
  local agent = setmetatable({}, meta)
  agents[agent] = known
  if known.named then by_name[known.name] = agent end
  return agent
end

local function is_list(value) return type(value) == "table" and not kind(value) and value[1] ~= nil end

-- What the prelude keeps to itself, out of a definition.
local function take(definition, name, wanted, what)
  local value = definition[name]
  definition[name] = nil
  if value ~= nil and type(value) ~= wanted then raise(what .. ": " .. name .. " must be a " .. wanted .. ", not a " .. type(value)) end
  return value
end

-- For one more agent or workflow: those that nothing but their names knows are dropped. Few spells ask for one by its name,
-- and many give each one another.
guest.registers = { by_name }
function guest.release_names()
  guest.names_released = true
  for _, register in next, guest.registers do setmetatable(register, { __mode = "v" }) end
  collect()
  for _, register in next, guest.registers do setmetatable(register, nil) end
end

-- `type` is a word of the spell's own, for lists; `stream` holds for runs that don't say otherwise.
function guest.create_agent(definition, what)
  definition = options_of({}, definition, what)
  local label, stream, messages = take(definition, "type", "string", what), take(definition, "stream", "boolean", what), nil
  if is_list(definition.history) then messages, definition.history = definition.history, nil end
  local named = definition.name ~= nil
  local handle, begun = create(definition)
  if not handle and begun.code == "handles" then
    guest.release_names()
    handle, begun = create(definition)
  end
  if not handle then error(begun, 0) end
  if begun then drive(begun) end
  if messages then
    local ok, failure = raw.set_history(handle, messages)
    if not ok then error(failure, 0) end
  end
  local name = text(definition.name) or "agent"
  return guest.new_agent{ handle = handle, name = name, named = named, type = label or "llm", stream = stream }
end
local create_agent = guest.create_agent

-- The prompt, for the host, and all options of a run.
local function asked(known, prompt, options, what)
  local all = {}
  if not text(prompt) and type(prompt) == "table" then
    if is_list(prompt) then raise(what .. " takes a prompt, not a list: give messages to llm.complete, or with agent:set_history") end
    options_of(all, prompt, what)
    prompt = take_prompt(all, what)
  else prompt = text(prompt) end
  if not prompt then raise(what .. " takes a prompt: a text, or a table with `prompt`") end
  options_of(all, options, what)
  if all.stream == nil then all.stream = known.stream end
  return prompt, all
end
guest.asked = asked

-- The operation of a run; for agents made of functions, what they gave.
function guest.start_run(agent, prompt, options, what, stream)
  local known = own(agent)
  local asked_prompt, all = asked(known, prompt, options, what)
  if known.call then return nil, known.call(asked_prompt, all, agent) end
  if stream then all.stream = true end
  return run(handle_of(agent, what), asked_prompt, all)
end
local start_run = guest.start_run

function methods.run(agent, prompt, options)
  local operation, reply = start_run(agent, prompt, options, "agent:run")
  if operation then return mark(drive(operation), "reply") end
  return reply
end
for name in next, guest.aliases.agent_run do methods[name] = methods.run end

-- Of several runs at once: a task, to be awaited.
local function in_task(agent, ...)
  own(agent)
  return spawn(methods.run, agent, ...)
end
for _, name in next, { "run_async", "execute_async", "invoke_async", "complete_async" } do methods[name] = in_task end

-- Some dialects await what Agent.createAsync gives.
function methods.await(agent) return own(agent) and agent end

function methods.describe(agent)
  local known = own(agent)
  local all = known.handle and describe(known.handle) or { name = known.name, description = known.description }
  all.type = known.type
  return all
end
methods.get_config = methods.describe

-- Forgets the agent, so that its place is free. What runs goes on.
function methods.close(agent)
  local known = own(agent)
  if rawequal(by_name[known.name], agent) then by_name[known.name], registered[known.name] = nil, nil end
  if known.handle then close(known.handle) end
  known.handle, known.closed = nil, true
end

local fields = { name = true, model = true, id = true, description = true, system = true, type = true }

function meta.__index(agent, key)
  if key == "name" then return own(agent).name end
  if fields[key] then return methods.describe(agent)[key] end
  return member(methods, key, "an agent")
end
function meta.__tostring(agent) return "agent: " .. own(agent).name end

local Names = {}
guest.agent_names = Names
Agent = guest.open_names(Names, "Agent")

function Names.create(definition) return create_agent(definition, "Agent.create") end
Names.new, Names.create_async, Names.new_async = Names.create, Names.create, Names.create

local builds = guest.lists.builder

function Names.builder()
  local definition, allowed, calls, builder = {}, {}, {}, nil
  function calls.build()
    if definition.model == nil then raise("Model is required: call :model(\"provider/model\") before :build()") end
    if allowed[1] then definition.tools = allowed end
    return create_agent(definition, "Agent.builder")
  end
  calls.build_async, calls.create = calls.build, calls.build
  function calls.api_key() raise(guest.messages.no_key()) end
  local function allow(first, second)
    if rawequal(first, builder) then first = second end
    allowed[#allowed + 1] = first
    return builder
  end
  calls.allow_tool, calls.tool, calls.add_tool = allow, allow, allow
  for _, name in next, builds do
    calls[name] = function(first, second)
      -- Called with a colon or, as some spells do, with a dot.
      if rawequal(first, builder) then first = second end
      if first == nil then raise("an agent's builder: " .. name .. " takes a value") end
      if name == "tools" or name == "allowed_tools" then
        local names = guest.tool_names(first, "Agent.builder")
        for i = 1, #names do allowed[#allowed + 1] = names[i] end
        if #names == 0 then definition.tools = names end
      else definition[name] = first end
      return builder
    end
  end
  builder = guest.open_names(calls, "an agent's builder")
  return builder
end
