-- Allocation and the garbage collector.
local function grow(depth)
  if depth == 0 then return {} end
  return { grow(depth - 1), grow(depth - 1) }
end
local function count(tree)
  if not tree[1] then return 1 end
  return 1 + count(tree[1]) + count(tree[2])
end
local long = grow(13)
local nodes = 0
for _ = 1, 12 do nodes = nodes + count(grow(13)) end
return nodes .. " " .. count(long)
