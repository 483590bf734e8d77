-- Whatever takes time: the guest pulls the steps of an operation until it is done.
local raw, guest = ...
local sleep, error, type, ceil = raw.sleep, error, type, math.ceil
raw.setup()

-- An error at the spell's own line, whatever part of the prelude it comes from.
local raise = raw.raise
guest.raise = raise

-- The value of a finished operation, or its failure as an error. However this ends, the operation is dropped.
function guest.drive(operation)
  local dropped <close> = operation
  while true do
    local kind, a, b = operation:next()
    if kind == "done" then
      if a then return b end
      error(b, 0)
    elseif kind == "call" then
      operation:answer(a, false, "not-found", "this spell has no such function")
    end
  end
end
local drive = guest.drive

util = {}
function util.sleep(milliseconds)
  if type(milliseconds) ~= "number" then
    raise("util.sleep takes milliseconds, a number, not a " .. type(milliseconds))
  end
  if not (milliseconds >= 0 and milliseconds <= 1e12) then
    raise("util.sleep takes 0 to 1e12 milliseconds, not " .. milliseconds)
  end
  drive(sleep(ceil(milliseconds)))
end
