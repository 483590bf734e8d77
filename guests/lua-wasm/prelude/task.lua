-- Task: work that overlaps. A task ends with its parent at the latest, and an error in it is never lost.
-- After: operation.
local raw, guest = ...
raw = raw.scheduler
local new, enqueue, cancel, watch, observe = guest.new, guest.enqueue, guest.cancel, guest.watch, guest.observe
local park, wake, current, raise_from = guest.park, guest.wake, guest.current, guest.raise_from
local raise, failure, sleep, within = guest.raise, guest.failure, guest.sleep, guest.within
local error, type, select, setmetatable = error, type, select, setmetatable
local pack, unpack = table.pack, table.unpack

local handle_of, look = raw.handle, raw.task -- what a spell holds is userdata that only these look into
local shared = setmetatable({}, { __mode = "k" }) -- other values that stand for a task
local methods, meta = {}, raw.metatable()
meta.__index, meta.__metatable = methods, false

local function find_task(handle) return look(handle) or shared[handle] end

local function task_of(handle)
  local task = find_task(handle)
  if not task then raise("not a task: call its methods with a colon, as task:await()") end
  return task
end

local function spawn(main, ...)
  local task = new(main, current(), within())
  if not task then error(failure("handles", "1000 tasks are unfinished: await or cancel some first"), 0) end
  if select("#", ...) > 0 then task.arguments = pack(...) end
  enqueue(task)
  return task
end

-- Waits until the task is over.
local function join(task)
  if task.over then return observe(task) end
  local me = current()
  if task == me then raise("a task can't wait for itself") end
  watch(task, function() return wake(me, task) end)
  park(task)
end

local function results_of(task)
  if not task.ok then raise_from(task) end
  return unpack(task.value, 1, task.value.n)
end

function methods.await(handle)
  local task = task_of(handle)
  join(task)
  return results_of(task)
end

-- True if there was something to cancel.
function methods.cancel(handle)
  local task = task_of(handle)
  if task == current() then raise("a task can't cancel itself: return, or raise an error") end
  return cancel(task)
end

function methods.is_done(handle) return task_of(handle).over == true end

function methods.status(handle)
  local task = task_of(handle)
  if task.over then return task.ok and "done" or task.cancelled and "cancelled" or "failed" end
  if task.running then return "running" end
  return (task.slot or task.parked or task.outcome) and "waiting" or "ready"
end

function meta.__tostring(handle) return "task: " .. methods.status(handle) end

Task = {}
function Task.spawn(main, ...)
  if type(main) ~= "function" then raise(guest.messages.takes_function("Task.spawn", type(main))) end
  return handle_of(spawn(main, ...))
end

-- Another value that can be awaited as the same task.
function guest.share_task(value, handle) shared[value] = task_of(handle) end

-- Tasks of a list that may hold functions, too; those are spawned.
local function tasks_in(list, what)
  if type(list) ~= "table" then raise(what .. " takes a list of tasks or functions, not a " .. type(list)) end
  local found = {}
  for i = 1, #list do
    local entry = list[i]
    if not find_task(entry) and type(entry) ~= "function" then
      raise(what .. " takes tasks or functions: number " .. i .. " of the list is a " .. type(entry))
    end
  end
  for i = 1, #list do found[i] = find_task(list[i]) or spawn(list[i]) end
  return found
end

local function cancel_all(found)
  for i = 1, #found do cancel(found[i]) end
end

-- Waits until all are over, or until `settles` is true for one that is: gives that one and its place.
local function wait_for(found, settles)
  local me, left, waiting, settled, place = current(), #found, true, nil, nil
  for i = 1, #found do
    local task = found[i]
    local function over()
      left = left - 1
      if not settled and settles(task) then settled, place = task, i end
      if left == 0 or settled then wake(me, found) end
      return waiting and not me.over
    end
    if task == me then raise("a task can't wait for itself") end
    if task.over then
      observe(task)
      over()
    else watch(task, over) end
  end
  if left > 0 and not settled then park(found) end
  waiting = false
  return settled, place
end

local function fails(task) return not task.ok end
local function succeeds(task) return task.ok end
local function ends() return true end

-- The results in order of the list. The first error cancels the others.
function Task.all(list)
  local found = tasks_in(list, "Task.all")
  local failed = wait_for(found, fails)
  if failed then
    cancel_all(found)
    raise_from(failed)
  end
  local results = {}
  for i = 1, #found do results[i] = found[i].value[1] end
  return results
end

-- {status, value or reason} of each, in order of the list. No error cancels the others.
function Task.all_settled(list)
  local found, all = tasks_in(list, "Task.all_settled"), {}
  wait_for(found, function() return false end)
  for i = 1, #found do
    local task = found[i]
    all[i] = task.ok and { status = "fulfilled", value = task.value[1] } or { status = "rejected", reason = task.value }
  end
  return all
end
Task.allSettled = Task.all_settled

local function first(list, settles, what)
  local found = tasks_in(list, what)
  if not found[1] then raise(what .. " takes at least one task") end
  local settled, place = wait_for(found, settles)
  cancel_all(found)
  if not settled then settled, place = found[1], 1 end
  if not settled.ok then raise_from(settled) end
  return settled.value[1], place
end

-- The result and the place of the first that succeeds; the others are cancelled. If none does, the error of the first in
-- the list.
function Task.any(list) return first(list, succeeds, "Task.any") end

-- The result and the place of the first that ends, or its error; the others are cancelled.
function Task.race(list) return first(list, ends, "Task.race") end

-- The task's results, or a failure "timeout", and then the task is cancelled.
function Task.timeout(milliseconds, main)
  local task = find_task(main)
  if not task and type(main) ~= "function" then
    raise("Task.timeout takes milliseconds and a function or a task, not a " .. type(main))
  end
  local clock = spawn(sleep, milliseconds, "Task.timeout")
  task = task or spawn(main)
  local settled = wait_for({ task, clock }, ends)
  cancel(clock)
  if settled == task then return results_of(task) end
  cancel(task)
  if not settled.ok then raise_from(settled) end
  error(failure("timeout", "the task took more than " .. milliseconds .. " ms"), 0)
end

function Task.sleep(milliseconds) sleep(milliseconds, "Task.sleep") end

methods.isDone, methods.join, methods.wait = methods.is_done, methods.await, methods.await
Task.new, Task.run, Task.async = Task.spawn, Task.spawn, Task.spawn
