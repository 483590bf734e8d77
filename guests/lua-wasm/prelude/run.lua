-- A run, from the spell's first line until nothing is left to do.
local raw, guest = ...
local root, new, resume, turn, listeners = guest.root, guest.new, guest.resume, guest.turn, guest.listeners
local next, concat = next, table.concat

local finishers = {} -- functions for the end of the main chunk: they make listening operations come to theirs
guest.finishers = finishers

local MOST = 10 -- lines that a message names

local function find_waiting(task, found)
  for _, child in next, task.children or {} do
    if #found == MOST then return found end
    if child.thread and not child.outcome then found[#found + 1] = child end
    find_waiting(child, found)
  end
  return found
end

-- Somebody who waits for nothing, and the message for it.
function guest.deadlock()
  local waiting, lines = find_waiting(root, {}), {}
  for i = 1, #waiting do lines[#lines + 1] = raw.where(waiting[i].thread) end
  return waiting[1], "deadlock: everything waits for something that can't happen: " .. concat(lines, ", ")
end

local function go_on(listening)
  if turn(listening) then return end
  local task, message = guest.deadlock()
  task.parked = nil
  resume(task, message)
end

local function run(main)
  local task = new(main, root)
  task.observed = true
  resume(task)
  while not task.over do go_on() end
  return task
end

local function finish()
  for i = 1, #finishers do finishers[i]() end
end

-- true and the spell's value, or false, the error and where it arose
function guest.run(main)
  local task = run(main)
  local value = task.ok and task.value[1]
  if task.ok and (finishers[1] or listeners() > 0 or root.open > 0) then
    task = run(finish)
    while task.ok and not guest.lost and (listeners() > 0 or root.open > 0) do go_on(true) end
    if guest.lost then return false, guest.lost end
  end
  if task.ok then return true, value end
  return false, task.value, task.trace
end
