local function message(value)
  local ok, why = pcall(JSON.stringify, value)
  assert(not ok, "it was accepted")
  return tostring(why)
end
local cycle = {}
cycle.a = {b = {1, 2, cycle}}
local deep = {}
for _ = 1, 100 do deep = {deep} end
local wide = {}
for i = 1, 100001 do wide[i] = i end
local shout = setmetatable({}, {__index = function() error("ran") end, __pairs = function() error("ran") end,
  __len = function() error("ran") end})
assert(JSON.stringify{x = shout} == '{"x":{}}')
print(message{a = {b = {1, 2, 0/0}}})
print(message{a = {b = {math.huge}}})
print(message{f = print})
print(message{co = coroutine.create(print)})
print(message(cycle))
print(message(deep))
print(message(wide))
print(message{bad = "\xff"})
print(message{["\xff"] = 1})
print(message{[1] = 1, ["1"] = 2})
print(message{[true] = 1})
print(message{[1.5] = 1})
