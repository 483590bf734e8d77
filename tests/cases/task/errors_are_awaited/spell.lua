local function inner() error("broken") end
local function outer()
  util.sleep(1)
  inner()
end

-- Caught where it is awaited, also long after the task has ended, and each time that it is awaited.
local task = Task.spawn(outer)
util.sleep(5)
assert(task:is_done() and task:status() == "failed")
for _ = 1, 2 do
  local ok, problem = pcall(task.await, task)
  assert(not ok and problem:find("^[^:]+:1: broken$"), problem)
end
-- A value that is no text stays what it is.
local value = {}
local ok, problem = pcall(function() Task.spawn(function() error(value) end):await() end)
assert(not ok and problem == value)

local function wait(for_what)
  for_what:await()
end
wait(Task.spawn(outer))
