-- What an agent remembers, how it is, and what it used.
-- After: agent, event, state.
local raw, guest = ...
raw = raw.agent
local array = JSON.array
local status, history, set_history, set_state, shutdown = raw.status, raw.history, raw.set_history, raw.set_state, raw.shutdown
local handle_of, own, drive, raise, text = guest.agent_handle, guest.agent_of, guest.drive, guest.raise, guest.text
local error, type, next, rawequal, tostring = error, type, next, rawequal, tostring
local methods, by_name, say = guest.agent_methods, guest.agents_by_name, guest.messages

local function succeed(ok, failure)
  if not ok then error(failure, 0) end
  return true
end

-- The history as messages {role, content, ...}, oldest first.
function methods.get_history(agent) return history(handle_of(agent, "history")) end
function methods.set_history(agent, messages)
  if type(messages) ~= "table" then raise("agent:set_history takes a list of messages, not a " .. type(messages)) end
  return succeed(set_history(handle_of(agent, "history"), array(messages)))
end
function methods.clear_history(agent) return succeed(set_history(handle_of(agent, "history"), array({}))) end

-- {state, runs, completed, failed, usage, ...}: see wit/agent.wit.
function methods.get_state(agent)
  local known = own(agent)
  if known.call then return { state = "ready" } end
  if known.closed then return { state = "terminated" } end
  return status(known.handle)
end
local state_of = methods.get_state
function methods.get_agent_state(agent) return state_of(agent).state end

function methods.get_metrics(agent)
  local all = state_of(agent)
  local runs = all.runs or 0
  return {
    runs = runs, requests = runs, completed = all.completed or 0, failed = all.failed or 0, running = all.running or 0,
    turns = all.turns or 0, tool_calls = all.tool_calls or 0, usage = all.usage or {}, duration_ms = all.duration_ms or 0,
    average_duration_ms = runs > 0 and all.duration_ms / runs or 0,
    success_rate = runs > 0 and all.completed / runs or 1, error_rate = runs > 0 and all.failed / runs or 0,
  }
end

local function is_healthy(all) return all.state ~= "error" and all.state ~= "terminated" end
function methods.is_healthy(agent) return is_healthy(state_of(agent)) end
function methods.get_health(agent)
  local all = state_of(agent)
  local healthy = is_healthy(all)
  return { healthy = healthy, status = healthy and "healthy" or "unhealthy", state = all.state, last_error = all.last_error }
end
function methods.get_last_error(agent)
  local last = state_of(agent).last_error
  return last and last.message
end
function methods.get_state_history(agent) return state_of(agent).states or {} end
function methods.get_recovery_attempts(agent) return own(agent).recoveries or 0 end

local function set(agent, state, message) return succeed(set_state(handle_of(agent, "state"), state, message)) end

function methods.set_state(agent, state, message)
  if not text(state) then raise("agent:set_state takes \"ready\", \"paused\" or \"error\"; what a spell keeps for itself belongs into its own variables") end
  return set(agent, state, message)
end
function methods.set_error(agent, message) return set(agent, "error", message and tostring(message)) end
function methods.recover(agent)
  local known = own(agent)
  known.recoveries = (known.recoveries or 0) + 1
  return set(agent, "ready")
end
function methods.start(agent) return set(agent, "ready") end
function methods.pause(agent) return set(agent, "paused") end
-- Forgets what was said and the last error.
function methods.reset(agent)
  set(agent, "ready")
  return methods.clear_history(agent)
end

-- Ends the agent, after the hooks, and gives its place back.
function methods.shutdown(agent)
  local known = own(agent)
  if known.handle then drive(shutdown(known.handle)) end
  methods.close(agent)
  return true
end

-- Changes its definition, and keeps what it remembers. Hooks see a new agent.
function methods.configure(agent, changes)
  local known = own(agent)
  local definition, old = methods.describe(agent), handle_of(agent, "definition")
  definition.id, definition.type = nil, known.type
  local given = guest.options({}, changes, "agent:configure")
  if given.provider and not given.model then definition.model = nil end
  for key, value in next, given do definition[key] = value end
  definition.history = given.history or definition.history
  local messages = history(old)
  local made = guest.create_agent(definition, "agent:configure")
  local new = own(made)
  succeed(set_history(new.handle, array(messages)))
  raw.close(old)
  known.handle, known.name, known.type, known.stream = new.handle, new.name, new.type, new.stream
  if by_name[new.name] ~= nil and rawequal(by_name[new.name], made) then by_name[new.name] = agent end
  new.handle, new.closed = nil, true
  return true
end

function methods.get_system_prompt(agent) return methods.describe(agent).system end
function methods.set_system_prompt(agent, system) return methods.configure(agent, { system = system }) end

-- An event of the agent's own: "agent.<type>".
local emit = Event.emit
function methods.log_event(agent, name, message)
  if not text(name) then raise("agent:log_event takes a type, a text") end
  return (emit({ type = "agent." .. text(name), data = { agent = own(agent).name, message = message } }))
end

-- What an agent remembers outlives the run under its name: scope "agent:<name>". A spell may name the key.
local State = guest.state
local save, load, delete = State.save, State.load, State.delete

local function kept(agent, key, what)
  local known = own(agent)
  if not known.named then raise("agent:" .. what .. ": what it remembers is kept under its name: create it with one") end
  if key ~= nil and not text(key) then raise(say.takes_text("agent:" .. what, "a key", type(key))) end
  return "agent:" .. known.name, key and text(key) or "saved_state"
end

function methods.save_state(agent, key, options)
  local scope, name = kept(agent, key, "save_state")
  return save(scope, name, { agent = own(agent).name, history = history(handle_of(agent, "history")) }, options)
end

-- Puts the history back, exactly. False where none was saved.
function methods.load_state(agent, key)
  local scope, name = kept(agent, key, "load_state")
  local saved = load(scope, name)
  if saved == nil then return false end
  if type(saved) ~= "table" or type(saved.history) ~= "table" then
    raise("agent:load_state: the key '" .. name .. "' of scope '" .. scope .. "' holds something else")
  end
  return succeed(set_history(handle_of(agent, "history"), array(saved.history)))
end

-- Whether one was saved.
function methods.delete_state(agent, key) return delete(kept(agent, key, "delete_state")) end

local missing = {
  configure_alerts = say.no_alerts() .. ", or hook 'agent:error'",
  get_alerts = say.no_alerts(),
  get_bridge_metrics = "there is no bridge between a spell and its agents: agent:get_metrics() has what runs used",
  fork = "an agent is made from a definition: Agent.create(agent:describe())",
}
for name, known in next, guest.aliases.agent_state do methods[name] = methods[known] end
for name, why in next, missing do
  methods[name] = function() raise("agent:" .. name .. ": " .. why) end
end
