-- What other dialects call State's functions.
-- After: state_backup.
local raw, guest = ...
local members, raise, text = guest.state, guest.raise, guest.text
local say, next, select, type = guest.messages, next, select, type
local list_keys = members.list_keys

for name, known in next, guest.aliases.state do members[name] = members[known] end

function members.decrement(...)
  local by, count = -1, select("#", ...)
  local first, second, third = ...
  if count > 0 and type((select(count, ...))) == "number" and count >= 2 then
    by = -(select(count, ...))
    if count == 2 then return members.increment("global", first, by) end
    return members.increment(first, second, by)
  end
  if count == 2 then return members.increment(first, second, by) end
  return members.increment("global", first, by)
end

-- workflow_get(id, step), agent_set(id, key, value), ...: what belongs to one workflow, agent, ...
local function of_family(family)
  local function scope(id, what)
    return family .. ":" .. (text(id) or raise(say.takes_text("State." .. family .. "_" .. what, "the " .. family .. "'s id", type(id))))
  end
  members[family .. "_get"] = function(id, key, otherwise) return members.load(scope(id, "get"), key, otherwise) end
  members[family .. "_set"] = function(id, key, value, options) return members.save(scope(id, "set"), key, value, options) end
  members[family .. "_delete"] = function(id, key) return members.delete(scope(id, "delete"), key) end
  members[family .. "_list"] = function(id, options) return list_keys(scope(id, "list"), options) end
end
for _, family in next, guest.lists.state_owners do of_family(family) end

local function scope_of(family)
  return function(id) return family .. ":" .. (text(id) or raise("State.scope: an id is a text, not a " .. type(id))) end
end
members.scope = guest.open_names({
  Global = "global", Custom = "custom", Agent = scope_of("agent"), Workflow = scope_of("workflow"),
  Session = scope_of("session"), Tool = scope_of("tool"), User = scope_of("user"), Tenant = scope_of("tenant"),
}, "State.scope")
