-- Waits in odd places, over and over: nothing gets lost, and nothing is left behind.
local function chain(n) return n == 0 and util.sleep(0) or coroutine.wrap(chain)(n - 1) end
local function sorting(n)
  if n == 0 then return util.sleep(0) end
  table.sort({2, 1}, function(a, b) sorting(n - 1) return a < b end)
end
local deepest, problem = 0, nil
for n = 1, 300 do
  local ok, found = pcall(sorting, n)
  if not ok then problem = tostring(found) break end
  deepest = n
end
local list = {}
for i = 1, 50 do
  list[i] = function()
    pcall(sorting, i % 20)
    pcall(chain, i)
    return i
  end
end
local sum = 0
for _, n in ipairs(Task.all(list)) do sum = sum + n end
-- Abandoned in the middle of a wait: the coroutine is garbage, and so is its operation.
for _ = 1, 2000 do
  local task = Task.spawn(function() coroutine.wrap(function() util.sleep(1e6) end)() end)
  util.sleep(0)
  task:cancel()
end
return {overflow = problem:find("C stack overflow") ~= nil, deep = deepest > 20, sum = sum}
