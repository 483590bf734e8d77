-- Messages for the operator and the author: console.warn, Logger.info and their like.
-- After: output.
local raw, guest = ...
local write, show, concat, sub = raw.log.write, guest.show, table.concat, string.sub

function guest.remark(message) write("warn", message) end

Logger = {}
for _, level in next, guest.lists.levels do
  Logger[level] = function(message, fields) write(level, show(message), fields) end
  if level ~= "trace" then
    console[level] = function(...) write(level, show(...)) end
  end
end

function warn(...) write("warn", concat({ ... })) end

local stderr = {}
function stderr:write(...)
  local whole = concat({ ... })
  write("warn", sub(whole, -1) == "\n" and sub(whole, 1, -2) or whole)
  return self
end
function stderr:flush() return self end
io.stderr = stderr

-- Another dialect's name.
log = Logger
