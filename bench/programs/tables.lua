-- Insertion and look-up, by number and by text.
local counts, order = {}, {}
for i = 1, 150000 do
  local name = "k" .. i * 7919 % 5000
  local count = counts[name]
  if not count then order[#order + 1] = name end
  counts[name] = (count or 0) + 1
end
local squares, sum = {}, 0
for i = 1, 250000 do squares[i] = i * i % 1000 end
for i = #squares, 1, -3 do sum = sum + squares[i] end
for i, name in ipairs(order) do sum = sum + i * counts[name] end
for _, count in pairs(counts) do sum = sum + count end
while #order > 1 do sum = (sum + #table.remove(order)) % 1000003 end
return tostring(sum)
