-- math.random: the seed can't lie in the snapshot, or every run would draw the same numbers.
local raw, guest = ...
local number, seed, select = raw.number, math.randomseed, select

-- Without a seed of the spell's own it comes from the host, so that the operator can repeat the run.
function math.randomseed(...)
  if select("#", ...) > 0 then return seed(...) end
  return seed(number(), number())
end

guest.starts = { math.randomseed }
