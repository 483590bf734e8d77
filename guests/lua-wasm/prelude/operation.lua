-- Whatever takes time: the guest pulls the steps of an operation until it is done.
-- After: handler.
local raw, guest = ...
raw = raw.operation
local sleep, place, raise, wait, serve = raw.sleep, raw.place, raw.raise, guest.wait, guest.serve
local error, type, ceil = error, type, math.ceil

-- An error at the spell's own line, whatever part of the prelude it comes from: a text, or a failure with a code.
guest.raise, guest.failure = raise, raw.failure

-- The value of a finished operation, or its failure as an error. However this ends, the operation is dropped.
-- `on_chunk` gets what it streams, and stops it by returning false: then there is no value.
function guest.drive(operation, on_chunk)
  local dropped <close> = operation
  while true do
    local kind, a, b, c = wait(operation)
    if kind == "done" then
      if a then return b end
      error(place(b), 0)
    elseif kind == "call" then serve(operation, a, b, c)
    elseif kind == "chunk" and on_chunk and on_chunk(a) == false then return nil end
  end
end
local drive = guest.drive

-- One step, for iterators: "chunk" or "done", and the value. Who pulls has to close the operation, best as the closing
-- value of a `for` loop.
function guest.pull(operation)
  while true do
    local kind, a, b, c = wait(operation)
    if kind == "chunk" then return kind, a
    elseif kind == "call" then serve(operation, a, b, c)
    elseif kind == "done" then
      if a then return kind, b end
      error(place(b), 0)
    end
  end
end

function guest.sleep(milliseconds, what)
  if type(milliseconds) ~= "number" then
    raise(what .. " takes milliseconds, a number, not a " .. type(milliseconds))
  end
  if not (milliseconds >= 0 and milliseconds <= 1e12) then
    raise(what .. " takes 0 to 1e12 milliseconds, not " .. milliseconds)
  end
  drive(sleep(ceil(milliseconds)))
end
local sleep_for = guest.sleep

util = {}
function util.sleep(milliseconds) sleep_for(milliseconds, "util.sleep") end
