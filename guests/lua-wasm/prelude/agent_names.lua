-- The namespace Agent: which agents there are.
-- After: agent.
local raw, guest = ...
local array, encode = JSON.array, JSON.encode
local raise, text, own, agents, by_name = guest.raise, guest.text, guest.agent_of, guest.agents, guest.agents_by_name
local next, type, sort, move = next, type, table.sort, table.move
local Names, methods = guest.agent_names, guest.agent_methods

-- Those that have a name of the spell's own, sorted by it.
local function named()
  local all = {}
  for name, agent in next, by_name do all[#all + 1] = { name = name, agent = agent } end
  sort(all, function(a, b) return a.name < b.name end)
  return all
end

-- The agent itself, of a name or an agent.
local function find(name, what)
  if agents[name] then return name end
  name = text(name)
  if not name then raise(what .. " takes an agent's name") end
  return by_name[name]
end

local function need(name, what)
  local agent = find(name, what)
  if agent then return agent end
  local why = guest.names_released and guest.messages.names_released() or guest.nearest(text(name), by_name)
  raise(what .. ": no agent is named '" .. text(name) .. "'" .. why)
end
guest.need_agent = need

function Names.list()
  local all = named()
  for i = 1, #all do all[i] = { name = all[i].name, type = own(all[i].agent).type } end
  return all
end
function Names.list_instances()
  local all = named()
  for i = 1, #all do all[i] = all[i].name end
  return all
end

-- Nil if there is none of this name.
function Names.get(name) return find(name, "Agent.get") end
function Names.exists(name) return find(name, "Agent.exists") ~= nil end
function Names.count() return #named() end

function Names.get_info(name)
  local agent = need(name, "Agent.get_info")
  local info = methods.describe(agent)
  info.state = methods.get_agent_state(agent)
  return info
end
function Names.get_details(name)
  local agent = need(name, "Agent.get_details")
  local info = Names.get_info(agent)
  info.status, info.capabilities = methods.get_state(agent), Names.list_capabilities(agent)
  return info
end

function Names.destroy(name)
  methods.destroy(need(name, "Agent.destroy"))
  return true
end

-- Of one agent, or all that there are.
function Names.list_capabilities(name)
  local all = guest.lists.capabilities
  if name == nil then return move(all, 1, #all, 1, {}) end
  local agent, found = need(name, "Agent.list_capabilities"), {}
  local info = methods.describe(agent)
  for i = 1, #all do
    local has = all[i] ~= "tools" and all[i] ~= "structured_output"
    if own(agent).call then has = all[i] == "text"
    elseif all[i] == "tools" then has = info.tools ~= nil and info.tools[1] ~= nil
    elseif all[i] == "structured_output" then has = info.schema ~= nil end
    if has then found[#found + 1] = all[i] end
  end
  return found
end

function Names.discover_by_capability(capability)
  local known, found = {}, {}
  for _, name in next, Names.list_capabilities() do known[name] = true end
  capability = guest.snake(text(capability) or raise("Agent.discover_by_capability takes a capability, a text"))
  if not known[capability] then raise("there is no capability '" .. capability .. "'" .. guest.nearest(capability, known)) end
  local all = named()
  for i = 1, #all do
    for _, name in next, Names.list_capabilities(all[i].agent) do
      if name == capability then found[#found + 1] = all[i].name end
    end
  end
  return found
end

-- A definition, or one with `execute`, a function of (prompt, options) that answers in place of a model. Gives its name.
function Names.register(definition)
  if type(definition) ~= "table" or not text(definition.name) then raise("Agent.register takes a definition with a name") end
  if agents[definition] then
    local name = own(definition).name
    by_name[name], guest.registered_agents[name] = definition, definition
    return name
  end
  local main = definition.execute or definition.run or definition.handler
  if main == nil then
    local agent = guest.create_agent(definition, "Agent.register")
    local name = own(agent).name
    guest.registered_agents[name] = agent
    return name
  end
  if type(main) ~= "function" then raise(guest.messages.no_function("Agent.register", "execute", type(main))) end
  guest.function_agent(definition.name, main, definition.description, definition.type or "custom")
  return text(definition.name)
end

-- Answers as a reply.
function guest.as_reply(answer, more)
  local body = text(answer)
  local all = { text = body }
  if not body then
    if type(answer) == "table" then
      for key, value in next, answer do all[key] = value end
      all.text = text(answer.text or answer.content or answer.output) or encode(answer)
    else all.text = answer == nil and "" or encode(answer) end
  elseif type(answer) == "table" then
    for key, value in next, answer do all[key] = value end
  end
  for key, value in next, more or {} do
    if all[key] == nil then all[key] = value end
  end
  return guest.mark(all, "reply")
end

function guest.function_agent(name, main, description, label)
  local function call(prompt, options, agent) return guest.as_reply(main(prompt, options, agent), { agent = name, usage = {} }) end
  return guest.new_agent{ call = call, name = text(name), named = true, type = label, description = description }
end

for name, known in next, guest.aliases.agent_names do Names[name] = Names[known] end

function Names.list_templates() return array({}) end
function Names.create_from_template(name) raise("there are no templates of agents: Agent.create{name = ..., model = ..., system = ...} makes one") end
