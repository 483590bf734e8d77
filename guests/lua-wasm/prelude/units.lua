-- Numbers of a unit that people use, in the host's whole ones.
-- After: operation.
local raw, guest = ...
local units, say, raise, type, ceil = guest.units, guest.messages, guest.raise, type, math.ceil

function guest.scaled(value, unit, what, field)
  if type(value) ~= "number" or not (value > 0 and value <= 3e10) then raise(say.no_number(what, field, unit)) end
  return ceil(value * units[unit])
end
