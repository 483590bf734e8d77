-- storage: another dialect's State, without scopes, and its text files.
-- After: file, state.
local raw, guest = ...
local State = guest.state
local open = io.open
local load, save, exists, delete, list = State.load, State.save, State.exists, State.delete, State.list_keys

local members = {
  exists = function(key) return exists("global", key) end,
  delete = function(key) return delete("global", key) end,
  list = function(prefix) return list("global", prefix) end,
}
function members.get(key, otherwise) return load("global", key, otherwise) end
function members.set(key, value, options) return save("global", key, value, options) end
-- The whole text of a file; or nil and why not.
function members.read(path)
  local file, why = open(path, "r")
  if not file then return nil, why end
  local all = file:read("a")
  file:close()
  return all
end
-- True; or nil and why not.
function members.write(path, content)
  local file, why = open(path, "w")
  if not file then return nil, why end
  local ok, problem = file:write(content)
  if not ok then return nil, problem end
  ok, problem = file:close()
  if not ok then return nil, problem end
  return true
end
members.has, members.remove, members.keys = members.exists, members.delete, members.list
storage = guest.open_names(members, "storage")
