-- agents: the same agents, by name.
-- After: agent.
local raw, guest = ...
local raise, text, Names, methods = guest.raise, guest.text, guest.agent_names, guest.agent_methods
local say, type, next = guest.messages, type, next

local members = {
  get = Names.get, list = Names.list_instances, exists = Names.exists, remove = Names.remove, info = Names.get_info,
}
agents = guest.open_names(members, "agents")

local function named(name, definition, what)
  if not text(name) then raise(say.takes_text(what, "a name", type(name))) end
  local all = { name = text(name) }
  for key, value in next, definition or {} do
    if key ~= "name" then all[key] = value end
  end
  return all
end

function members.create(name, definition)
  if definition ~= nil and type(definition) ~= "table" then raise("agents.create takes a name and a definition") end
  return guest.create_agent(named(name, definition, "agents.create"), "agents.create")
end

-- A function of (input, options); or a definition, whose `execute`, if it has one, answers as (self, input, options).
function members.register(name, definition)
  if type(definition) == "function" then return guest.function_agent(text(name), definition, nil, "custom") end
  if type(definition) ~= "table" then raise("agents.register takes a name, and a function or a definition") end
  local main = definition.execute
  if main == nil then return members.create(name, definition) end
  if type(main) ~= "function" then raise(say.no_function("agents.register", "execute", type(main))) end
  local function answer(input, options) return main(definition, input, options) end
  return guest.function_agent(text(name), answer, definition.description, "custom")
end

function members.execute(name, input, options) return methods.run(guest.need_agent(name, "agents.execute"), input, options) end
members.run = members.execute
