local stopped = {}
local function after(milliseconds, value)
  return function()
    local mark <close> = setmetatable({}, {__close = function(_, problem) if problem ~= nil then error(problem, 0) end end})
    util.sleep(milliseconds)
    if value == nil then error("failed after " .. milliseconds, 0) end
    return value
  end
end
local function stoppable()
  local task
  task = Task.spawn(function() util.sleep(1000) stopped[#stopped + 1] = "not stopped" end)
  return task
end
local function failure(run, ...)
  local ok, problem = pcall(run, ...)
  assert(not ok)
  return type(problem) == "string" and problem or problem.code
end

local found = {}
found.all = Task.all{after(3, "a"), Task.spawn(after(1, "b")), after(2, "c")}
found.none = JSON.array(Task.all{})
local others = {stoppable(), stoppable()}
found.first_error = failure(Task.all, {others[1], after(2), after(1), others[2]})
found.states = {others[1]:status(), others[2]:status()}
found.any = {Task.any{after(1), after(3, "third"), after(2, "second"), stoppable()}}
found.no_success = failure(Task.any, {after(2), after(1)})
found.race = {Task.race{after(3, "third"), after(1, "first"), stoppable()}}
found.lost_race = failure(Task.race, {after(3, "third"), after(1)})
found.in_time = {Task.timeout(5, function() util.sleep(4) return 1, 2 end)}
found.too_late = failure(Task.timeout, 5, stoppable())
found.own_error = failure(Task.timeout, 5, after(1))
found.settled = Task.all_settled{after(2, "b"), after(1)}
assert(#Task.allSettled{} == 0)
found.stopped = JSON.array(stopped)
found.elapsed = math.floor(os.clock() * 1000)
return found
