-- io.open, io.lines, util.read_file: texts beside the spell, to read.
-- After: module.
local raw, guest = ...
local read, raise, text, say = raw.module.read, guest.raise, guest.text, guest.messages
local error, type, select, setmetatable, tonumber, tostring = error, type, select, setmetatable, tonumber, tostring
local find, sub, match, gsub = string.find, string.sub, string.match, string.gsub
local max, tointeger, unpack = math.max, math.tointeger, table.unpack

local methods = {}
local meta = { __index = methods, __name = "FILE*", __metatable = false }
guest.handles(meta, "a file")
local states = setmetatable({}, { __mode = "k" }) -- of each file: its text, and the place of the next byte

local function open_state(file, what)
  local state = states[file]
  if not state then raise(what .. ": call it on a file, as file:" .. gsub(what, "^file:", "") .. "()") end
  if not state.text then raise(what .. ": the file is closed") end
  return state
end

local function number_at(state)
  local from, to = find(state.text, "^%s*[+-]?0[xX]%x*%.?%x*[pP]?[+-]?%d*", state.at)
  if not from then from, to = find(state.text, "^%s*[+-]?%d*%.?%d*[eE]?[+-]?%d*", state.at) end
  if not from then return nil end
  local number = tonumber(sub(state.text, from, to))
  state.at = to + 1
  return number
end

local function read_one(state, format)
  local all, at = state.text, state.at
  if type(format) == "number" then
    local count = tointeger(format)
    if not count or count < 0 then raise("file:read takes a whole number of bytes, not " .. format) end
    if at > #all then return nil end
    state.at = at + count
    return sub(all, at, state.at - 1)
  end
  local letter = match(tostring(format), "^%*?([nalL])")
  if letter == "a" then
    state.at = max(at, #all + 1)
    return sub(all, at)
  elseif letter == "n" then return number_at(state)
  elseif not letter then raise("file:read knows the formats \"n\", \"a\", \"l\", \"L\" and numbers, not " .. tostring(format)) end
  if at > #all then return nil end
  local ending = find(all, "\n", at, true)
  state.at = (ending or #all) + 1
  return sub(all, at, letter == "l" and ending and ending - 1 or ending or #all)
end

local function read_all(state, ...)
  local count = select("#", ...)
  if count == 0 then return read_one(state, "l") end
  local found = {}
  for i = 1, count do
    found[i] = read_one(state, (select(i, ...)))
    if found[i] == nil then return unpack(found, 1, i) end
  end
  return unpack(found, 1, count)
end

function methods:read(...) return read_all(open_state(self, "file:read"), ...) end
function methods:lines(...)
  local state, formats, count = open_state(self, "file:lines"), { ... }, select("#", ...)
  return function()
    if not state.text then raise("file:lines: the file is closed") end
    return read_all(state, unpack(formats, 1, count))
  end
end
function methods:seek(whence, offset)
  local state = open_state(self, "file:seek")
  local from = whence == "set" and 0 or whence == "end" and #state.text or (whence == nil or whence == "cur") and state.at - 1
  if not from then raise("file:seek takes \"set\", \"cur\" or \"end\", not " .. tostring(whence)) end
  local place = from + (offset or 0)
  if place < 0 then return nil, "Invalid argument", 22 end
  state.at = place + 1
  return place
end
function methods:close()
  open_state(self, "file:close").text = nil
  return true
end
function methods:flush() return self end
function methods:setvbuf() return true end
function methods:write() raise("file:write: " .. say.only_reads()) end
function meta:__tostring() return states[self].text and "file" or "file (closed)" end
meta.__close = function(file) states[file].text = nil end

local function read_text(path, what)
  path = text(path) or raise(say.takes_text(what, "a path", type(path)))
  local found, failure = read(path)
  return found, failure
end

local function file_of(all)
  local file = setmetatable({}, meta)
  states[file] = { text = all, at = 1 }
  return file
end

-- As Lua's: nil and the failure where it can't be read.
function io.open(path, mode)
  mode = mode or "r"
  if mode ~= "r" and mode ~= "rb" then raise("io.open: " .. say.only_reads()) end
  local all, failure = read_text(path, "io.open")
  if not all then return nil, failure, failure.code == "not-found" and 2 or 13 end
  return file_of(all)
end
function io.lines(path, ...)
  if path == nil then return function() return nil end end -- of the input, which is empty
  local all, failure = read_text(path, "io.lines")
  if not all then error(failure, 0) end
  local file = file_of(all)
  return methods.lines(file, ...), nil, nil, file
end
function io.close(file)
  if file == nil or file == io.stdout then return true end
  return methods.close(file)
end
function io.type(value)
  local state = states[value]
  if state then return state.text and "file" or "closed file" end
  return value == io.stdout and "file" or nil
end

-- The whole text.
function util.read_file(path)
  local all, failure = read_text(path, "util.read_file")
  if not all then error(failure, 0) end
  return all
end
util.readFile = util.read_file
