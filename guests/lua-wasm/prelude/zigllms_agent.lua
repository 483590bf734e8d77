-- Agents as zigllms spells them: ids, which are texts.
-- Names: zigllms.agent.
-- After: agent.
local raw, guest = ...
local raise, text, methods = guest.raise, guest.text, guest.agent_methods
local type, next, sort = type, next, table.sort

local known = guest.agents_by_id -- id -> agent

local function find(id, what)
  local agent = known[text(id) or 0]
  if not agent then raise("zigllms.agent." .. what .. ": there is no agent '" .. (text(id) or type(id)) .. "'" .. guest.nearest(text(id) or "", known)) end
  return agent
end

local states, agent = guest.aliases.zigllms_state, guest.zigllms.agent
local State = agent.State

function agent.create(config)
  local made = guest.create_agent(config, "zigllms.agent.create")
  known[made.id] = made
  return made.id
end

function agent.run(id, message, options) return methods.run(find(id, "run"), message, options) end

function agent.destroy(id)
  local one = find(id, "destroy")
  methods.destroy(one)
  known[id] = nil
  return true
end

function agent.configure(id, config) return methods.configure(find(id, "configure"), config) end
function agent.reset(id) return methods.reset(find(id, "reset")) end
function agent.exists(id) return known[text(id) or 0] ~= nil end

function agent.list()
  local ids = {}
  for id in next, known do ids[#ids + 1] = id end
  sort(ids)
  return ids
end

function agent.get_state(id)
  local one = find(id, "get_state")
  local state = methods.get_state(one)
  local word = states[state.state] or state.state
  if word == "idle" and state.completed > 0 then word = State.COMPLETED end
  state.id, state.name, state.state, state.status = id, one.name, word, word
  return state
end

function agent.get_info(id)
  local info = methods.describe(find(id, "get_info"))
  info.id, info.state = id, agent.get_state(id).state
  return info
end
agent.get = agent.get_info

return guest.open_names(agent, "zigllms.agent")
