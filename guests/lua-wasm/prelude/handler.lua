-- Functions of the spell that the host asks for while an operation goes on: each call is answered by a task.
-- After: scheduler, value.
local raw, guest = ...
raw = raw.operation
local close, answer, kind, hear = raw.close, raw.answer, guest.kind, guest.hear
local root, new, start, watch, cancel = guest.root, guest.new, guest.start, guest.watch, guest.cancel
local park, wake, current = guest.park, guest.wake, guest.current
local next, pcall, type, setmetatable = next, pcall, type, setmetatable

local MOST = 16 -- calls that wait for their turn, before no more are taken

local handlers, overlapping, last = {}, {}, 0

-- The number under which the host knows a function. Its calls run one after another with those of other such functions
-- for the same operation, unless it may overlap with others.
function guest.handler(handler, parallel)
  last = last + 1
  handlers[last], overlapping[last] = handler, parallel and true or nil
  return last
end
-- Again, or for the first time, under a number that it had before.
function guest.handle_again(number, handler, parallel) handlers[number], overlapping[number] = handler, parallel and true or nil end
function guest.forget(number) handlers[number], overlapping[number] = nil, nil end

local serving = setmetatable({}, { __mode = "k" }) -- operation -> its calls that are not answered

local function show(value)
  local ok, text = pcall(guest.show, value)
  return ok and text or "an error value of type " .. type(value) .. ", which can't be shown"
end

local function refuse(operation, id, value)
  if kind(value) ~= "failure" then return answer(operation, id, false, "script", show(value)) end
  local ok, problem = pcall(answer, operation, id, false, value.code, value.message, value.details)
  if not ok then answer(operation, id, false, "script", "the failure can't be passed on: " .. show(problem)) end
end

local function reply(operation, id, task)
  if not task.ok then return refuse(operation, id, task.value) end
  local ok, problem = pcall(answer, operation, id, true, task.value[1])
  if not ok then answer(operation, id, false, "script", "the result can't be passed on: " .. show(problem)) end
end

local begin

-- Starts what waits for its turn. A loop, since a call may be over at once.
local function go_on(calls)
  if calls.going then return end
  calls.going = true
  while not calls.busy and calls.first <= calls.last and not calls.closed do
    local call = calls[calls.first]
    calls[calls.first], calls.first = nil, calls.first + 1
    calls.busy = true
    begin(calls, call.id, call.number, call.arguments)
  end
  calls.going = nil
  local room = calls.room
  if room and calls.last - calls.first < MOST / 2 then
    calls.room = nil
    room()
  end
end

function begin(calls, id, number, arguments)
  local operation, handler, parallel = calls.operation, handlers[number], overlapping[number]
  local task = handler and new(handler, root, id)
  if not task then
    if not parallel then calls.busy = nil end
    if handler then return answer(operation, id, false, "handles", "too many tasks are unfinished") end
    return answer(operation, id, false, "not-found", "this spell has no such function any more")
  end
  task.observed, calls.tasks[task] = true, true
  watch(task, function()
    calls.tasks[task] = nil
    if not calls.closed then reply(operation, id, task) end
    if not parallel then
      calls.busy = nil
      go_on(calls)
    end
  end)
  start(task, arguments)
end

-- Takes a call. Gives the operation's calls if no more should be taken before some of them are answered.
local function serve(operation, id, number, arguments)
  local calls = serving[operation]
  if not calls then
    calls = { operation = operation, tasks = {}, first = 1, last = 0 }
    serving[operation] = calls
  end
  if overlapping[number] then return begin(calls, id, number, arguments) end
  local place = calls.last + 1
  calls[place], calls.last = { id = id, number = number, arguments = arguments }, place
  go_on(calls)
  if calls.last - calls.first >= MOST then return calls end
end

-- Takes a call for a task that then pulls the next step.
function guest.serve(operation, id, number, arguments)
  local full = serve(operation, id, number, arguments)
  if not full then return end
  local task = current()
  function full.room() wake(task, full) end
  park(full)
end

-- Answers the calls of an operation whenever the spell waits for anything. It does not keep the run from ending; a
-- function in guest.finishers has to make it come to its end then. If it fails, the run fails.
function guest.listen(operation)
  local pause
  pause = hear(operation, function(kind, a, b, c)
    if kind == "done" and not a then guest.lost = b end
    if kind ~= "call" then return end
    local full = serve(operation, a, b, c)
    if not full then return end
    pause(true)
    function full.room() pause(false) end
  end)
end

-- Closes an operation, and cancels what answers its calls: the asker is gone.
local function release(operation)
  close(operation)
  local calls = serving[operation]
  if not calls then return end
  serving[operation], calls.closed = nil, true
  for task in next, calls.tasks do cancel(task) end
end
raw.setup(release)
guest.release = release
