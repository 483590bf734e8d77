-- math.randomseed without a seed of the spell's own takes one from the host, so that the operator can repeat the run.
local raw = ...
local number, seed, select = raw.random.number, math.randomseed, select

function math.randomseed(...)
  if select("#", ...) > 0 then return seed(...) end
  return seed(number(), number())
end
