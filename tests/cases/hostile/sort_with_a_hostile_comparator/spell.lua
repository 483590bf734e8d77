local t = {}
for i = 1, 100000 do t[i] = i end
while true do pcall(table.sort, t, function(a, b) return a ~= b end) end
