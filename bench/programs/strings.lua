-- Building texts, patterns and formats.
local words = {}
for i = 1, 3000 do words[#words + 1] = string.format("word%d-%x", i, i * 7919 % 4096) end
local text = table.concat(words, " ")
local total = 0
for _ = 1, 12 do
  local swapped, count = text:gsub("(%a+)(%d+)", "%2%1")
  local upper = swapped:gsub("%w+", function(word) return #word > 6 and word:upper() or nil end)
  for number in upper:gmatch("%-(%x+)") do total = total + tonumber(number, 16) end
  local pieces = ""
  for i = 1, 400 do pieces = pieces .. upper:sub(i, i + 3):reverse() end
  total = total + count + #pieces + (upper:find("WORD", 1, true) or 0)
end
return tostring(total)
