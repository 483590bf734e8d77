-- Finalizers run in the middle of anything, also of the scheduler. They can spawn and cancel, but not wait.
local problems, spawned, open, victims = {}, 0, 0, {}
local function litter()
  setmetatable({}, {__gc = function()
    local ok, problem = pcall(util.sleep, 1)
    problems[ok and "none" or problem:gsub("^[^:]+:%d+: ", "")] = true
    if open < 30 then -- of the 128 operations that may be unfinished
      open = open + 1
      Task.spawn(function() util.sleep(1) open, spawned = open - 1, spawned + 1 end)
    end
    local victim = table.remove(victims)
    if victim then victim:cancel() end
    local waiting = coroutine.wrap(function() util.sleep(1) end)
    problems[select(2, pcall(waiting)):gsub("^.*:%d+: ", "")] = true -- wrap adds a place of its own
  end})
end
for round = 1, 200 do
  if #victims < 20 then victims[#victims + 1] = Task.spawn(function() util.sleep(1000) end) end
  Task.spawn(function() litter() util.sleep(1) local garbage = {} for i = 1, 80 do garbage[i] = {i} end end)
  if round % 10 == 0 then util.sleep(1) end
end
collectgarbage()
util.sleep(5)
for _, victim in ipairs(victims) do victim:cancel() end
local list = {}
for problem in pairs(problems) do list[#list + 1] = problem end
return {problems = list, spawned = spawned > 20}
