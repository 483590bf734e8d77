-- The end of a run.
-- After: exit, file, scheduler.
local raw, guest = ...
local root, main, ended, cancel_children = guest.root, guest.main, guest.ended, guest.cancel_children
local resume, turn, listeners = guest.resume, guest.turn, guest.listeners
local where, next, concat, pcall = raw.scheduler.where, next, table.concat, pcall
local returned_to_host, save_files = raw.exit.returned, guest.save_files

local finishers = {} -- functions for the end of the main chunk: they make listening operations come to theirs
guest.finishers = finishers

local MOST = 10 -- lines that a message names

local function find_waiting(task, found)
  for _, child in next, task.children or {} do
    if #found == MOST then return found end
    if not child.over and not child.outcome then found[#found + 1] = child end
    find_waiting(child, found)
  end
  return found
end

-- A task that waits for something that never comes, and the message for it.
function guest.deadlock()
  local waiting, lines = find_waiting(root, {}), {}
  for i = 1, #waiting do lines[#lines + 1] = where(waiting[i].thread) end
  return waiting[1], "deadlock: everything waits for something that can't happen: " .. concat(lines, ", ")
end

local function go_on(listening)
  if turn(listening) then return end
  local task, message = guest.deadlock()
  task.parked = nil
  resume(task, message)
end

-- Tells the host the result when the rest has to be waited for: it may take longer than the run.
local function tell(result)
  local waiting, lines = find_waiting(main, {}), {}
  for i = 1, #waiting do lines[#lines + 1] = where(waiting[i].thread) end
  pcall(returned_to_host, result, concat(lines, ", ")) -- what can't be returned is told when the run ends
end

-- Goes on until nothing is left. True, or false, an error and where it arose.
local function go_on_to_the_end(result)
  ended(main, true)
  guest.before_waiting(function() tell(result) end)
  while not main.over do go_on() end
  guest.before_waiting(nil)
  local lost = save_files()
  if main.ok and lost then return false, lost end
  if main.ok then
    for i = 1, #finishers do finishers[i]() end
    while not guest.lost and (listeners() > 0 or root.open > 0) do go_on(true) end
    if guest.lost then return false, guest.lost end
  end
  return main.ok, main.value, main.trace
end

-- The main chunk has ended; if well, nothing may be left when this returns. True, or false, an error and where it arose.
-- `returned`: how many values the main chunk had, and the first. Small, as most runs need no more of the stack.
function guest.finish(ok, returned, result)
  local lost = save_files()
  if not ok then return cancel_children(main) end
  if lost then return false, lost end
  if returned > 1 then
    guest.remark("the spell returned " .. returned .. " values: only the first is its result; a table holds several")
  end
  -- What listens has a finisher.
  if main.open == 0 and not main.children and not finishers[1] then return true end
  return go_on_to_the_end(result)
end

-- A text of a prompt has ended, as `finish` for a main chunk: what it began is over when this returns, but for what listens.
function guest.finish_entry(ok)
  local lost = save_files()
  if not ok then return cancel_children(main) end
  if lost then return false, lost end
  if main.open > 0 or main.children then
    ended(main, true)
    while not main.over do go_on() end
    if not main.ok then return false, main.value, main.trace end
  end
  lost, guest.lost = guest.lost, nil
  return not lost, lost
end
