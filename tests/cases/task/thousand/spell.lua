-- Each waits for the one after it, all of them at once, but for the last.
local before = Task.spawn(util.sleep, 10)
for n = 2, 1000 do
  local last = before
  before = Task.spawn(function() last:await() return n end)
end
local ok, problem = pcall(Task.spawn, print)
assert(not ok and problem.code == "handles" and problem:find("1000 tasks"), problem)
assert(before:await() == 1000)

-- Those that are over do not count.
for _ = 1, 3000 do Task.spawn(type, 1):await() end

-- A hundred that wait for the host at once.
local list = {}
for n = 1, 100 do list[n] = function() util.sleep(100 - n) return n end end
local sum = 0
for _, n in ipairs(Task.all(list)) do sum = sum + n end
return sum
