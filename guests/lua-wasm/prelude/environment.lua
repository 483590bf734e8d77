-- env.NAME and os.getenv: the variables that the operator granted.
-- After: clock.
local raw, guest = ...
raw = raw.environment
local get, names, raise, type, next = raw.get, raw.names, guest.raise, type, next

local meta = { __metatable = false }
function meta.__index(_, name)
  if type(name) == "string" then return get(name) end
end
function meta.__newindex() raise("env is read-only") end
function meta.__pairs()
  local all, granted = {}, names()
  for i = 1, #granted do all[granted[i]] = get(granted[i]) end
  return next, all
end
env = setmetatable({}, meta)

os.getenv = get
