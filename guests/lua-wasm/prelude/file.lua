-- io.open, io.lines, os.remove, os.rename, util.read_file: files that are granted, and texts beside the spell.
-- After: exit, log, module.
local raw, guest = ...
local beside, granted, raise, text, say = raw.module.read, raw.file, guest.raise, guest.text, guest.messages
local error, type, select, setmetatable, tonumber, tostring, next, concat = error, type, select, setmetatable, tonumber, tostring, next, table.concat
local find, sub, match, gsub = string.find, string.sub, string.match, string.gsub
local max, min, tointeger, unpack = math.max, math.min, math.tointeger, table.unpack

local methods = {}
local meta = { __index = methods, __name = "FILE*", __metatable = false }
guest.handles(meta, "a file")
local states = setmetatable({}, { __mode = "k" }) -- of each file: its text, and the place of the next byte
local unsaved = {} -- states of files that hold what is not written yet

-- Writes go to the end of a text one after the other: put together once.
local function settle(state)
  if state.pieces then
    state.text, state.pieces, state.pending = state.text .. concat(state.pieces), nil, 0
  end
end

-- True, or nil and the failure. What is appended goes to the end of the file, anything else is the whole file.
local function save(state)
  if not unsaved[state] then return true end
  settle(state)
  local ok, failure = granted[state.appends and "append" or "write"](state.path, state.text)
  if not ok then return nil, failure, 5 end
  if state.appends then state.text, state.at = "", 1 end
  unsaved[state] = nil
  return true
end
-- At the end of a run. What could not be saved, or nil.
function guest.save_files()
  local lost
  for state in next, unsaved do
    local ok, failure = save(state)
    if not ok then lost = lost or "a file that was not closed could not be saved: " .. tostring(failure) end
  end
  return lost
end

local MOST_PENDING = 65536 -- bytes; then what is appended is written

local function put(state, piece)
  if state.at_end or state.appends then -- wherever it was set to
    settle(state)
    state.at = #state.text + 1
  end
  if state.at == #state.text + (state.pending or 0) + 1 then
    local pieces = state.pieces or {}
    state.pieces, pieces[#pieces + 1], state.pending = pieces, piece, (state.pending or 0) + #piece
  else
    settle(state)
    local before = sub(state.text, 1, state.at - 1)
    before = before .. ("\0"):rep(state.at - 1 - #before)
    state.text = before .. piece .. sub(state.text, state.at + #piece)
  end
  state.at = state.at + #piece
  unsaved[state] = true
  if state.appends and state.pending > MOST_PENDING then return save(state) end
  return true
end

local function open_state(file, what)
  local state = states[file]
  if not state then raise(what .. ": call it on a file, as file:" .. gsub(what, "^file:", "") .. "()") end
  if not state.text then raise(what .. ": the file is closed") end
  return state
end

local function reading(file, what)
  local state = open_state(file, what)
  if state.write_only then raise(what .. ": the file was opened to write") end
  settle(state)
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
    state.at = at + min(count, #all - at + 1)
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

function methods:read(...) return read_all(reading(self, "file:read"), ...) end
function methods:lines(...)
  local state, formats, count = reading(self, "file:lines"), { ... }, select("#", ...)
  return function()
    if not state.text then raise("file:lines: the file is closed") end
    return read_all(state, unpack(formats, 1, count))
  end
end
function methods:seek(whence, offset)
  local state = open_state(self, "file:seek")
  settle(state)
  local from = whence == "set" and 0 or whence == "end" and #state.text or (whence == nil or whence == "cur") and state.at - 1
  if not from then raise("file:seek takes \"set\", \"cur\" or \"end\", not " .. tostring(whence)) end
  local place = from + (offset or 0)
  if place < 0 then return nil, "Invalid argument", 22 end
  state.at = place + 1
  return place
end
function methods:write(...)
  local state = open_state(self, "file:write")
  if not state.path then raise("file:write: the file was opened to read") end
  for i = 1, select("#", ...) do
    local piece = select(i, ...)
    local kind = type(piece)
    local written = kind == "string" and piece or kind == "number" and tostring(piece) or text(piece)
      or raise(say.takes_text("file:write", "texts and numbers", kind))
    local ok, failure, number = put(state, written)
    if not ok then return nil, failure, number end
  end
  return self
end
function methods:flush()
  local ok, failure, number = save(open_state(self, "file:flush"))
  if not ok then return nil, failure, number end
  return self
end
function methods:close()
  local state = open_state(self, "file:close")
  local ok, failure, number = save(state)
  state.text, unsaved[state] = nil, nil
  if not ok then return nil, failure, number end
  return true
end
function methods:setvbuf() return true end
function meta:__tostring() return states[self].text and "file" or "file (closed)" end
meta.__close = function(file)
  local state = states[file]
  if not state.text then return end
  local ok, failure = save(state)
  state.text, unsaved[state] = nil, nil
  if not ok then error(failure, 0) end
end

local function path_of(path, what)
  return text(path) or raise(say.takes_text(what, "a path", type(path)))
end

-- What is granted comes first, and then what lies beside the spell.
local function read_text(path, what)
  path = path_of(path, what)
  if granted.covers(path, false) then
    local found, failure = granted.read(path)
    if found then return found end
    if failure.code ~= "not-found" then return nil, failure end
    return beside(path) or nil, failure
  end
  return beside(path)
end

local function file_of(state)
  local file = setmetatable({}, meta)
  states[file] = state
  return file
end

local numbers = { ["not-found"] = 2, denied = 13, invalid = 22 }
local told = {} -- messages
-- A program that looks at the first result alone would not learn why it got nothing, nor what to do about it.
local function refused(failure)
  local message = failure.message
  if failure.code == "denied" and not told[message] then
    told[message] = true
    guest.remark(message)
  end
  return nil, failure, numbers[failure.code] or 5
end

-- What a file that is written to begins with, or nil and the failure. "w" makes it empty at once, as everywhere.
local function begin(path, letter, also_reads)
  if letter == "w" then
    local ok, failure = granted.write(path, "")
    return ok and "", failure
  elseif letter == "r" then return granted.read(path)
  elseif not also_reads then
    local ok, failure = granted.append(path, "") -- makes it
    return ok and "", failure
  end
  local found, failure = granted.read(path)
  if not found and failure.code == "not-found" then return begin(path, "w") end
  return found, failure
end

-- As Lua's: nil and the failure where it can't be opened.
function io.open(path, mode)
  local letter, plus = match(mode or "r", "^([rwa])(%+?)b?$")
  if not letter then raise("io.open knows the modes \"r\", \"w\", \"a\", each also with \"+\" and \"b\", not " .. tostring(mode)) end
  if letter == "r" and plus == "" then
    local all, failure = read_text(path, "io.open")
    if not all then return refused(failure) end
    return file_of({ text = all, at = 1 })
  end
  path = path_of(path, "io.open")
  local all, failure = begin(path, letter, plus == "+")
  if not all then return refused(failure) end
  local appends = letter == "a"
  return file_of({
    text = all, at = 1, path = path, appends = appends and plus == "", at_end = appends and plus == "+",
    write_only = plus == "",
  })
end
function io.lines(path, ...)
  if path == nil then return function() return nil end end -- of the input, which is empty
  local all, failure = read_text(path, "io.lines")
  if not all then error(failure, 0) end
  local file = file_of({ text = all, at = 1 })
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

function os.remove(path)
  local ok, failure = granted.remove(path_of(path, "os.remove"), false)
  if not ok then return refused(failure) end
  return true
end
function os.rename(from, to)
  local ok, failure = granted.rename(path_of(from, "os.rename"), path_of(to, "os.rename"))
  if not ok then return refused(failure) end
  return true
end
local exit = os.exit
function os.exit(code)
  local lost = guest.save_files()
  if lost then raise(lost) end
  exit(code)
end

-- The whole text.
function util.read_file(path)
  local all, failure = read_text(path, "util.read_file")
  if not all then error(failure, 0) end
  return all
end
util.readFile = util.read_file
