-- table.sort with a comparator in Lua: calls from C into Lua and back.
local seed, list = 42, {}
for i = 1, 25000 do
  seed = (seed * 1103515245 + 12345) % 2147483648
  list[i] = { key = seed % 1000, place = i }
end
table.sort(list, function(a, b)
  if a.key ~= b.key then return a.key < b.key end
  return a.place > b.place
end)
local sum = 0
for i = 1, #list do sum = (sum * 31 + list[i].place) % 1000000007 end
return tostring(sum)
