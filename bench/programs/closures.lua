-- Functions that make and take functions.
local function compose(f, g)
  return function(x) return f(g(x)) end
end
local function map(list, f)
  local mapped = {}
  for i = 1, #list do mapped[i] = f(list[i]) end
  return mapped
end
local function counter(step)
  local value = 0
  return function()
    value = value + step
    return value
  end
end
local list, total = {}, 0
for i = 1, 200 do list[i] = i end
for round = 1, 1100 do
  local next_value = counter(round)
  local change = compose(function(x) return x + next_value() end, function(x) return x * 2 end)
  local mapped = map(list, compose(change, change))
  total = (total + mapped[1 + round % #mapped]) % 1000003
end
return tostring(total)
