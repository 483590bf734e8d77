local task = Task.spawn(type, 1)
local problems = {}
local function note(run, ...)
  local ok, problem = pcall(run, ...)
  assert(not ok)
  problems[#problems + 1] = tostring(problem):gsub("^[^:]+:%d+: ", "")
end
note(Task.spawn, 7)
note(task.await, {})
note(task.await, nil)
note(Task.all, 7)
note(Task.all, {task, "x"})
note(Task.race, {})
note(Task.timeout, 5, 5)
note(Task.timeout, "x", print)
note(Task.sleep, -1)
local itself
itself = Task.spawn(function() note(itself.await, itself) note(itself.cancel, itself) note(Task.all, {itself}) end)
itself:await()
note(JSON.stringify, {task})
assert(tostring(task) == "task: done" and getmetatable(task) == false and not pcall(function() task.x = 1 end))
return problems
