-- State as zigllms spells it: one memory of keys, in the scope "memory".
-- Names: zigllms.memory.
-- After: state_backup.
local raw, guest = ...
local State, raise, text, snake = guest.state, guest.raise, guest.text, guest.snake
local load, save, delete, list, clear, page = State.load, State.save, State.delete, State.list_keys, State.clear, State.page
local say, usage, array, next, type, sub, find = guest.messages, State.get_storage_usage, JSON.array, next, type, string.sub, string.find

local SCOPE = "memory"

-- Where `*` stands for anything.
local function matches(name, pattern)
  local i, j, star, back = 1, 1, nil, 1
  while i <= #name do
    local letter = sub(pattern, j, j)
    if letter == "*" then
      star, back, j = j, i, j + 1
    elseif letter == sub(name, i, i) then i, j = i + 1, j + 1
    elseif star then
      back = back + 1
      i, j = back, star + 1
    else return false end
  end
  while sub(pattern, j, j) == "*" do j = j + 1 end
  return j > #pattern
end

local memory = guest.zigllms.memory

function memory.store(key, value, options) return save(SCOPE, key, value, options) end
function memory.retrieve(key) return load(SCOPE, key) end
function memory.delete(key) return delete(SCOPE, key) end
function memory.list_keys(pattern)
  if pattern == nil then return list(SCOPE) end
  if not text(pattern) then raise(say.takes_text("zigllms.memory.list_keys", "a pattern such as 'user_*'", type(pattern))) end
  pattern = text(pattern)
  local star, found = find(pattern, "*", 1, true), array({})
  local all = list(SCOPE, sub(pattern, 1, star and star - 1 or #pattern))
  for i = 1, #all do
    if matches(all[i], pattern) then found[#found + 1] = all[i] end
  end
  return found
end
function memory.clear() return clear(SCOPE) end
function memory.get_stats() return { keys = #list(SCOPE), usage = usage() } end

function memory.persist() raise("zigllms.memory.persist: " .. say.is_kept()) end
function memory.load() raise("zigllms.memory.load: " .. say.is_kept()) end
memory.listKeys, memory.getStats = memory.list_keys, memory.get_stats
return memory
