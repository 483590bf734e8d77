-- Finalizers run in the middle of anything, also of the scheduler. They can spawn and cancel, but not wait.
local problems, spawned, victims = {}, 0, {}
-- When they all come at once, there are more of them than may wait.
local function doze(time) pcall(util.sleep, time) end
local function litter()
  setmetatable({}, {__gc = function()
    local ok, problem = pcall(util.sleep, 1)
    problems[ok and "none" or problem:gsub("^[^:]+:%d+: ", "")] = true
    Task.spawn(function() doze(1) spawned = spawned + 1 end)
    local victim = table.remove(victims)
    if victim then victim:cancel() end
    local waiting = coroutine.wrap(function() util.sleep(1) end)
    problems[select(2, pcall(waiting)):gsub("^[^:]+:%d+: ", "")] = true
  end})
end
for round = 1, 200 do
  if #victims < 40 then victims[#victims + 1] = Task.spawn(function() doze(1000) end) end
  Task.spawn(function() litter() doze(1) local garbage = {} for i = 1, 50 do garbage[i] = {i} end end)
  if round % 20 == 0 then doze(1) end
end
collectgarbage()
doze(5)
for _, victim in ipairs(victims) do victim:cancel() end
local list = {}
for problem in pairs(problems) do list[#list + 1] = problem end
return {problems = list, spawned = spawned > 100}
