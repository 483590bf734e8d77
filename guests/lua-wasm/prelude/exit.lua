-- os.exit: ends the run at once, with nothing left to catch it.
-- After: clock.
local raw, guest = ...
local exit, raise, tointeger, tostring = raw.exit.exit, guest.raise, math.tointeger, tostring

function os.exit(code)
  if code == nil or code == true then code = 0 elseif code == false then code = 1 end
  local number = tointeger(code)
  if not number or number < 0 or number > 255 then
    raise("os.exit takes true, false or 0 to 255, not " .. tostring(code))
  end
  exit(number)
end
