-- Names in all their spellings: camelCase of every snake_case one, and for an unknown one the nearest.
-- After: operation.
local raw, guest = ...
local raise = guest.raise
local type, next, rawget, setmetatable, tostring, min = type, next, rawget, setmetatable, tostring, math.min
local gsub, lower, sub, byte, concat, sort = string.gsub, string.lower, string.sub, string.byte, table.concat, table.sort

function guest.snake(name)
  if type(name) ~= "string" then return name end
  return (gsub(name, "%u", function(letter) return "_" .. lower(letter) end))
end
local snake = guest.snake

-- How many letters have to change.
local function distance(a, b)
  local before = {}
  for j = 0, #b do before[j] = j end
  for i = 1, #a do
    local now, letter = { [0] = i }, byte(a, i)
    for j = 1, #b do
      now[j] = min(before[j] + 1, now[j - 1] + 1, before[j - 1] + (letter == byte(b, j) and 0 or 1))
    end
    before = now
  end
  return before[#b]
end

-- "; did you mean 'x'?", or all names there are. `known` has them as keys.
function guest.nearest(name, known)
  local best, least, names = nil, 1e9, {}
  for candidate in next, known do
    if type(candidate) == "string" then
      names[#names + 1] = candidate
      local far = #name <= 100 and distance(lower(name), lower(candidate)) or 1e9
      if far < least or far == least and best and candidate < best then best, least = candidate, far end
    end
  end
  if best and least <= 1 + #best // 3 then return "; did you mean '" .. best .. "'?" end
  sort(names)
  return names[1] and "; known are: " .. concat(names, ", ") or ""
end
local nearest = guest.nearest

-- Whether an option is one of a set of those that have no meaning here, which is told once.
local told = {}
function guest.is_idle(set, name, what, key)
  if not guest.sets[set][name] then return false end
  if not told[set .. name] then guest.remark(guest.messages.idle_option(what, tostring(key))) end
  told[set .. name] = true
  return true
end

-- The member of this name, in either spelling; else raises. `what` is "Agent" or "an agent".
function guest.member(members, name, what)
  local found = members[name]
  if found ~= nil then return found end
  if type(name) ~= "string" then return nil end
  found = members[snake(name)]
  if found ~= nil then return found end
  raise(guest.messages.no_member(what, sub(name, 1, 60), nearest(snake(sub(name, 1, 60)), members)))
end
local member = guest.member

-- Makes a table's functions known in both spellings, and anything else an error. What a spell adds to it is its own.
local opened = setmetatable({}, { __mode = "k" }) -- what was opened, for a prompt: its members and its name
guest.opened = opened
function guest.open_names(members, what)
  local meta = { __metatable = false }
  function meta.__index(_, name) return member(members, name, what) end
  local names = setmetatable({}, meta)
  opened[names] = { members = members, what = what }
  return names
end
