-- print, io.write and console.log: the spell's output.
-- After: operation.
local raw, guest = ...
raw = raw.output
local write, raise, kind, stringify = raw.write, guest.raise, guest.kind, JSON.stringify
local type, tostring, pcall, select, concat = type, tostring, pcall, select, table.concat

print = raw.print

-- Values as people read them: tables as JSON, where they are data.
local function show(value)
  if type(value) == "table" and not kind(value) then
    local ok, text = pcall(stringify, value)
    if ok then return text end
  end
  return tostring(value)
end
function guest.show(...)
  local shown = {}
  for i = 1, select("#", ...) do shown[i] = show((select(i, ...))) end
  return concat(shown, " ")
end
local show_all = guest.show

console = {}
function console.log(...) write(show_all(...), "\n") end

local stdout = {}
function stdout:write(...)
  write(...)
  return self
end
function stdout:flush() return self end
function stdout:close() end
function stdout:setvbuf() return true end

io = { stdout = stdout }
function io.write(...)
  write(...)
  return stdout
end
function io.read() return nil end -- a spell has no input
function io.flush() end

function io.popen() raise("io.popen: a spell can't run programs") end
for _, name in next, { "tmpfile", "input", "output" } do
  io[name] = function() raise("io." .. name .. ": " .. guest.messages.no_such_file()) end
end
