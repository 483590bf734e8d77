-- storage: another dialect's State, without scopes.
-- After: state.
local raw, guest = ...
local State = guest.state
local load, save, exists, delete, list = State.load, State.save, State.exists, State.delete, State.list_keys

local members = {
  exists = function(key) return exists("global", key) end,
  delete = function(key) return delete("global", key) end,
  list = function(prefix) return list("global", prefix) end,
}
function members.get(key, otherwise) return load("global", key, otherwise) end
function members.set(key, value, options) return save("global", key, value, options) end
storage = guest.open_names(members, "storage")
