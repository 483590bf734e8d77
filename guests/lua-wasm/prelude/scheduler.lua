-- The scheduler: a task that waits yields, and is resumed here. It has no stack of its own: the main chunk can't yield, so
-- what waits there turns the scheduler's loop, and the others go on from that place.
-- After: lifetime.
local raw, guest = ...
raw = raw.scheduler
local step, close, wait, next_step, wait_any = raw.step, raw.close, raw.wait, raw.next, raw.wait_any
local ended, cancel_children = guest.ended, guest.cancel_children
local error, pack, unpack = error, table.pack, table.unpack

local operations, waiters, count = {}, {}, 0 -- what is waited for, and who waits, at the same index
local listeners = 0 -- how many of these do not keep the run from ending
local ready, head, tail = {}, 1, 0 -- tasks to be resumed, in order
local current = guest.main -- the running task
local pending = 0 -- how many lie below it on the stack that could go on
local cancel

guest.within = raw.within
function guest.current() return current end
function guest.listeners() return listeners end
-- Calls a function once, before the run next has to wait for an operation.
local before_waiting
function guest.before_waiting(call) before_waiting = call end
local function note_waiting()
  local call = before_waiting
  before_waiting = nil
  call()
end

local function add(operation, waiter)
  count = count + 1
  operations[count], waiters[count], waiter.slot = operation, waiter, count
end

local function remove(waiter)
  local slot, last = waiter.slot, waiters[count]
  operations[slot], waiters[slot], last.slot = operations[count], last, slot
  operations[count], waiters[count] = nil, nil
  count, waiter.slot = count - 1, nil
end

local function after(task, before, state, ...)
  current, task.running = before, false
  if state then return ended(task, true, pack(...)) end
  if state == false then return ended(task, false, ...) end
  if task.doomed then
    task.doomed = nil
    return cancel(task)
  end
  local operation = ...
  if operation then add(operation, task) end
end

local function resume(task, ...)
  local before = current
  current, task.running = task, true
  return after(task, before, step(task.thread, task.within, ...))
end
guest.resume = resume

-- Resumes a task from another one, which can go on when that waits.
function guest.start(task, ...)
  pending = pending + 1
  resume(task, ...)
  pending = pending - 1
end

local function cancelled() return guest.failure("cancelled", "the task was cancelled") end

-- True if the task was still to be stopped. One that is running at this moment stops where it next waits.
function cancel(task)
  if task.over or task.doomed then return false end
  task.observed, task.cancelled = true, true
  if task.running then
    task.doomed = true
  elseif task.outcome then
    task.outcome = { false, cancelled() }
    cancel_children(task)
  else
    local before = current
    current, task.running, task.parked = task, true, nil
    if task.slot then remove(task) end
    cancel_children(task)
    local ok, failure = close(task.thread, task.within)
    current, task.running = before, false
    -- An error of a closed variable is one that is not awaited.
    if ok then failure = cancelled() else task.observed, task.cancelled = false, false end
    ended(task, false, failure)
  end
  return true
end
guest.cancel = cancel

function guest.enqueue(task)
  tail = tail + 1
  ready[tail] = task
end
local enqueue = guest.enqueue

local function woken(waiter, ...)
  if waiter.hear then return waiter.hear(...) end
  if not waiter.slot then return end -- cancelled by a finalizer
  remove(waiter)
  if waiter.stacked then waiter.woken = pack(...) else resume(waiter, ...) end
end

-- Goes on with a task, or waits until one can go on. False if none ever can; listeners count only if told so.
local function turn(listening)
  if head <= tail then
    local task = ready[head]
    ready[head] = nil
    head = head + 1
    if head > tail then head, tail = 1, 0 end
    local arguments = task.arguments
    if arguments then task.arguments = nil end
    if task.over then return true end
    if task.stacked then task.woken = pack()
    elseif arguments then resume(task, unpack(arguments, 1, arguments.n))
    else resume(task) end
  elseif count > (listening and 0 or listeners) then
    if before_waiting and count > listeners then note_waiting() end
    woken(wait_any(operations, waiters, count))
  else return false end
  return true
end
guest.turn = turn

-- Waits where nothing can yield, in the main chunk or in a comparator of table.sort.
raw.setup(function(operation)
  local task, going = current, true
  task.stacked, task.woken = true, nil
  if operation then add(operation, task) end
  -- The one error that cancels it is not repeated: what closes its variables may wait.
  local told = task.told
  repeat going = (told or not task.doomed) and turn() until task.woken or not going
  task.stacked = nil
  local values = task.woken
  if values then return unpack(values, 1, values.n) end
  if task.slot then remove(task) end
  task.parked = nil
  if task.doomed and not told then
    task.told = true
    error(cancelled(), 0)
  end
  local _, message = guest.deadlock()
  error(message, 0)
end)

-- The next step of an operation. If there is no other task that could go on meanwhile, it is waited for at once.
function guest.wait(operation)
  if count == 0 and head > tail and pending == 0 and not current.doomed then
    if before_waiting then note_waiting() end
    return next_step(operation)
  end
  return wait(operation)
end

-- Waits until this task is woken for the same reason. Waking tells whether it still waited.
function guest.park(reason)
  current.parked = reason
  local failure = wait(nil)
  if failure then error(failure, 0) end
end
function guest.wake(task, reason)
  if task.parked ~= reason then return false end
  task.parked = nil
  enqueue(task)
  return true
end

-- `hear` gets each step of an operation that is waited for whenever something is, and does not keep the run alive.
-- Gives a function that pauses this (true) or goes on with it (false).
function guest.hear(operation, hear)
  local listener = { operation = operation }
  local function pause(paused)
    if paused == not listener.slot then return end
    listeners = listeners + (paused and -1 or 1)
    if paused then remove(listener) else add(operation, listener) end
  end
  function listener.hear(kind, ...)
    if kind == "done" then pause(true) end
    return hear(kind, ...)
  end
  pause(false)
  return pause
end
