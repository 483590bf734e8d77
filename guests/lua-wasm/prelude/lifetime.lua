-- From a task's birth to its end. Nothing outlives its parent: a task is over when its function has ended and all that
-- it spawned is over too, and an error that was not awaited is then an error of the parent.
local raw, guest = ...
raw = raw.scheduler
local create, raise, unpack = raw.create, raw.raise, table.unpack

local MOST = 1000 -- unfinished tasks
local live = 0

-- A task: what others may know of it.
--   thread, parent, within   its coroutine, who spawned it, the id of the call that it answers
--   children, open, place    what it spawned, as far as it is not over or failed unnoticed; how many are not over; where
--                            it stands in its parent's list
--   outcome                  its function has ended, its children have not
--   over, ok, value, trace   the end: packed results, or an error and where it arose
--   observed                 its error is handled
--   running, stacked, slot, parked, doomed   the scheduler's

-- Above all tasks. Then the main chunk: it has no coroutine, but lies on the stack below all others.
local root = { children = {}, open = 1 }
local main = { parent = root, place = 1, open = 0, observed = true, running = true }
root.children[1] = main
guest.root, guest.main = root, main

-- A task that was not resumed yet; nil if there are too many. Nothing is made between two changes that belong
-- together, here as in the scheduler: finalizers run where something is made.
function guest.new(main, parent, within)
  if live >= MOST then return nil end
  local siblings = parent.children
  if not siblings then
    siblings = {}
    parent.children = siblings
  end
  -- What a table costs most is to grow: these are all there is to come, mostly.
  local task = {
    thread = create(main), parent = parent, within = within, open = 0, place = false, running = false, over = false,
    ok = false, value = false, observed = false, children = false, watchers = false, parked = false,
  }
  local place = #siblings + 1
  siblings[place], task.place = task, place
  live, parent.open = live + 1, parent.open + 1
  return task
end

-- Takes a task that is over out of its parent's list.
local function leave(task)
  local siblings, place = task.parent.children, task.place
  if not place or not siblings then return end
  local last = siblings[#siblings]
  siblings[place], last.place = last, place
  siblings[#siblings], task.place = nil, nil
end

-- From now on the task's error counts as handled.
function guest.observe(task)
  task.observed = true
  if task.over then leave(task) end
end

local function complete(task, ok, value, trace)
  local unnoticed = ok and task.children and task.children[1]
  if unnoticed then ok, value, trace = false, unnoticed.value, unnoticed.trace end
  local parent, watchers = task.parent, task.watchers
  task.over, task.ok, task.value, task.trace = true, ok, value, trace
  task.thread, task.children, task.outcome, task.watchers = nil, false, nil, false
  live, parent.open = live - 1, parent.open - 1
  if watchers then
    for i = 1, #watchers do
      if watchers[i](task) then task.observed = true end
    end
  end
  if ok or task.observed then leave(task) end
  if parent.outcome and parent.open == 0 then return complete(parent, unpack(parent.outcome, 1, 3)) end
end

local function cancel_children(task)
  local children = task.children
  if not children then return end
  for i = #children, 1, -1 do
    if children[i] then guest.cancel(children[i]) end
  end
end
guest.cancel_children = cancel_children

-- The task's function has ended: with packed results, or with an error and where it arose.
function guest.ended(task, ok, value, trace)
  if not ok then cancel_children(task) end
  if task.open == 0 then return complete(task, ok, value, trace) end
  task.outcome = { ok, value, trace }
end

-- Calls `watcher` with the task when it is over. It returns whether an error is handled.
function guest.watch(task, watcher)
  local watchers = task.watchers
  if watchers then watchers[#watchers + 1] = watcher else task.watchers = { watcher } end
end

-- The main chunk again, for the next text of a prompt.
function guest.begin_again()
  main.outcome, main.observed, main.running = nil, true, true
  if not main.over then return end
  main.over, main.ok, main.value, main.trace, main.children = false, false, nil, nil, false
  root.children[#root.children + 1] = main
  main.place, root.open, live = #root.children, root.open + 1, live + 1
end

-- The error of a task, as it is raised where the task is awaited. Reports show both places.
function guest.raise_from(task) raise(task.value, task.trace) end
