-- math.random: the seed can't lie in the snapshot, or every run would draw the same numbers.
local raw, guest = ...
local number, seed, select = raw.number, math.randomseed, select

local function fresh() return seed(number(), number()) end

guest.starts = { fresh }

-- Lua's own would take the seed of the snapshot where none is given.
function math.randomseed(...)
  if select("#", ...) == 0 then return fresh() end
  return seed(...)
end
