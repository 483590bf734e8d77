math.randomseed(42)
local a = {math.random(1, 100), math.random(), math.random(1 << 40)}
math.randomseed(42)
local b = {math.random(1, 100), math.random(), math.random(1 << 40)}
for i = 1, 3 do assert(a[i] == b[i]) end
math.randomseed()
return math.random(0)
