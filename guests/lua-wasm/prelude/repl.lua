-- Values as a prompt shows them: tables as Lua writes them, bounded in depth and length.
-- After: value, reply, names.
local guest = select(2, ...)
local text, kind = guest.text, guest.kind
local type, tostring, next, pcall, rawget, rawlen, getmetatable = type, tostring, next, pcall, rawget, rawlen, getmetatable
local math_type = math.type
local concat, sort, format, gsub, sub, find, byte, rep = table.concat, table.sort, string.format, string.gsub, string.sub, string.find, string.byte, string.rep
local is_utf8 = utf8.len

local DEEP, ITEMS, TEXT, WHOLE, WIDTH = 4, 50, 200, 16384, 76

local words = {}
for word in ("and break do else elseif end false for function goto if in local nil not or repeat return then true until while"):gmatch("%a+") do
  words[word] = true
end

local escapes = { ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t", ["\\"] = "\\\\", ['"'] = '\\"' }
-- At most so many bytes, and no half of a letter.
local function quoted(said, most)
  local more = #said - most
  if more > 0 then
    while most > 0 and find(sub(said, most + 1, most + 1), "[\x80-\xbf]") do most = most - 1 end
    more, said = #said - most, sub(said, 1, most)
  end
  local is_text = is_utf8(said)
  said = gsub(said, '[%c\\"]', function(one) return escapes[one] or format("\\x%02x", byte(one)) end)
  if not is_text then said = gsub(said, "[\x80-\xff]", function(one) return format("\\x%02x", byte(one)) end) end
  said = '"' .. said .. '"'
  return more > 0 and said .. "… " .. more .. " more bytes" or said
end

local function in_order(one, other)
  local a, b = type(one), type(other)
  if a ~= b then return a == "number" or (b ~= "number" and a < b) end
  if a == "number" or a == "string" then return one < other end
  return tostring(one) < tostring(other)
end

-- On one line, where there is room.
local function laid(parts, indent, is_broken, width)
  if #parts == 0 then return "{}" end
  if not is_broken and #indent + width <= WIDTH then return "{" .. concat(parts, ", ") .. "}" end
  local inner, lines, line = "\n" .. indent .. "  ", {}, nil
  for i = 1, #parts do
    local part = parts[i] .. (i < #parts and "," or "")
    local is_short = #part <= 24 and not find(part, "\n", 1, true)
    if line and is_short and #indent + #line + #part < WIDTH then line = line .. " " .. part
    else
      lines[#lines + 1] = line
      line = part
      if not is_short then lines[#lines + 1], line = part, nil end
    end
  end
  lines[#lines + 1] = line
  return "{" .. inner .. concat(lines, inner) .. "\n" .. indent .. "}"
end

-- Its members have no loop, and several spellings.
local function namespace(opened)
  local names = {}
  for name in next, opened.members do
    if guest.snake(name) == name then names[#names + 1] = name end
  end
  sort(names)
  return "[" .. opened.what .. ": " .. concat(names, ", ") .. "]"
end

local function show(value, depth, indent, state)
  local of = type(value)
  if of == "function" or of == "thread" then return of end
  local said = (of == "string" or of == "table") and (text(value) or (kind(value) and tostring(value)))
  if said then return quoted(said, depth == 0 and WHOLE or TEXT) end
  if of ~= "table" then return tostring(value) end
  local meta = getmetatable(value)
  if meta ~= nil and (type(meta) ~= "table" or rawget(meta, "__tostring") or rawget(meta, "__name")) then
    local ok, name = pcall(tostring, value)
    if guest.opened[value] then return namespace(guest.opened[value]) end
    if not ok or not find(name, "^table: 0x") then return ok and (gsub(name, ": 0x%x+$", "")) or "table" end
  end
  if state.seen[value] then return "{circular}" end
  if next(value) == nil then return "{}" end
  if depth == DEEP then return "{…}" end
  state.seen[value] = true
  local parts, width, is_broken, count = {}, 0, false, 0
  local function put(part)
    parts[#parts + 1] = part
    width, is_broken = width + #part + 2, is_broken or find(part, "\n", 1, true) ~= nil
    state.left = state.left - #part
  end
  local length, keys = rawlen(value), {}
  for key in next, value do
    if not (math_type(key) == "integer" and key >= 1 and key <= length) then keys[#keys + 1] = key end
  end
  sort(keys, in_order)
  for i = 1, length + #keys do
    if count == ITEMS or state.left <= 0 then
      put("… " .. length + #keys - count .. " more")
      break
    end
    count = count + 1
    local key = keys[i - length]
    local item = show(rawget(value, i <= length and i or key), depth + 1, indent .. "  ", state)
    if i <= length then put(item)
    elseif type(key) == "string" and find(key, "^[%a_][%w_]*$") and not words[key] then put(key .. " = " .. item)
    else put("[" .. show(key, DEEP, indent, state) .. "] = " .. item) end
  end
  state.seen[value] = nil
  return laid(parts, indent, is_broken, width)
end

-- All values of a text; nil: it had none.
function guest.show_entry(...)
  local count, shown = select("#", ...), {}
  for i = 1, count do shown[i] = show((select(i, ...)), 0, "", { seen = {}, left = WHOLE }) end
  return count > 0 and concat(shown, "  ") or nil
end
