-- promise: values that come later, with callbacks. Functions here wait by themselves, so that nothing needs them; spells of
-- another dialect are written with them.
-- After: llm, run.
local raw, guest = ...
local park, wake, current, finishers = guest.park, guest.wake, guest.current, guest.finishers
local raise, text, kind, say = guest.raise, guest.text, guest.kind, guest.messages
local spawn, timeout, array = Task.spawn, Task.timeout, JSON.array
local llm_names = guest.llm_names
local error, pcall, type, tostring, setmetatable, next = error, pcall, type, tostring, setmetatable, next

local members, methods = {}, {}
promise = guest.open_names(members, "promise")

local known = setmetatable({}, { __mode = "k" }) -- promise -> {status, value, waiting, then}
local lost, is_told = {}, false -- those that were rejected and that nothing has looked at; whether they are told of at the end
local meta = {
  __metatable = false, __name = "promise",
  __index = function(_, name) return guest.member(methods, name, "a promise") end,
}

local function own(one, what) return known[one] or raise(what .. ": call it on a promise, as promise:await()") end

local function told_at_the_end()
  for state in next, lost do
    guest.remark("a promise was rejected, and nothing looked at it: " .. tostring(state.value))
  end
end

local function make()
  local one, state = setmetatable({}, meta), { status = "pending", tasks = {}, calls = {} }
  known[one] = state
  return one, state
end

local function settle(state, status, value)
  if state.status ~= "pending" or state.follows then return end
  if status == "fulfilled" and known[value] == state then status, value = "rejected", "a promise can't be resolved with itself" end
  if status == "fulfilled" and known[value] then -- it becomes what that one becomes
    state.follows = true
    local function over(as, what)
      state.follows = nil
      settle(state, as, what)
    end
    local inner = known[value]
    inner.seen, lost[inner] = true, nil
    if inner.status ~= "pending" then return over(inner.status, inner.value) end
    inner.calls[#inner.calls + 1] = function() over(inner.status, inner.value) end
    return
  end
  state.status, state.value = status, value
  if status == "rejected" and not state.seen then
    if not is_told then finishers[#finishers + 1] = told_at_the_end end
    is_told = true
    lost[state] = true
  end
  for i = 1, #state.tasks do wake(state.tasks[i], state) end
  for i = 1, #state.calls do spawn(state.calls[i]) end
  state.tasks, state.calls = nil, nil
end

local function when_settled(state, call)
  state.seen, lost[state] = true, nil
  if state.status == "pending" then state.calls[#state.calls + 1] = call else spawn(call) end
end

local function wait(state)
  state.seen, lost[state] = true, nil
  if state.status == "pending" then
    state.tasks[#state.tasks + 1] = current()
    park(state)
  end
end

local function run(state, main, ...)
  local ok, value = pcall(main, ...)
  settle(state, ok and "fulfilled" or "rejected", value)
end

-- Of a function (resolve, reject), which is called at once.
function members.new(main)
  if type(main) ~= "function" then raise(say.takes_function("promise.new", type(main))) end
  local one, state = make()
  local ok, problem = pcall(main, function(value) settle(state, "fulfilled", value) end, function(why) settle(state, "rejected", why) end)
  if not ok then settle(state, "rejected", problem) end
  return one
end
-- Of a function that runs meanwhile: what it returns, or the error that it raises; nil and a message are one as well.
function members.run(main, ...)
  if type(main) ~= "function" then raise(say.takes_function("promise.run", type(main))) end
  local one, state = make()
  spawn(function(...)
    local ok, value, problem = pcall(main, ...)
    if ok and value == nil and problem ~= nil then ok, value = false, problem end
    settle(state, ok and "fulfilled" or "rejected", value)
  end, ...)
  return one
end
members.async, members.spawn = members.run, members.run
function members.resolve(value)
  if known[value] then return value end
  local one, state = make()
  settle(state, "fulfilled", value)
  return one
end
function members.reject(why)
  local one, state = make()
  settle(state, "rejected", why)
  return one
end
-- Fulfilled after so many milliseconds.
function members.delay(milliseconds, value)
  return members.run(function()
    Task.sleep(milliseconds)
    return value
  end)
end
members.sleep = members.delay

-- (when fulfilled, when rejected): a promise of what the function that is called gives.
function methods.next(one, kept, broken)
  local state = own(one, "promise:next")
  local after, later = make()
  when_settled(state, function()
    local call = state.status == "fulfilled" and kept or state.status == "rejected" and broken
    if call then run(later, call, state.value) else settle(later, state.status, state.value) end
  end)
  return after
end
methods["then"], methods.and_then, methods.then_call = methods.next, methods.next, methods.next
function methods.catch(one, broken) return methods.next(one, nil, broken) end
-- A function that is called without a value; what it gives does not count.
function methods.finally(one, call)
  local state = own(one, "promise:finally")
  if call == nil then return methods.next(one) end
  local after, later = make()
  when_settled(state, function()
    local ok, problem = pcall(call)
    if ok then settle(later, state.status, state.value) else settle(later, "rejected", problem) end
  end)
  return after
end

-- The value; or nil and why not: a text, or what it was rejected with. `milliseconds`: no longer than this.
function methods.await(one, milliseconds)
  local state = own(one, "promise:await")
  if milliseconds then
    local ok, problem = pcall(timeout, milliseconds, function() wait(state) end)
    if not ok then
      if kind(problem) == "failure" and problem.code == "timeout" then return nil, tostring(problem) end
      error(problem, 0)
    end
  else wait(state) end
  if state.status == "fulfilled" then return state.value end
  local why = state.value
  if why == nil then why = "the promise was rejected" end
  return nil, kind(why) == "failure" and tostring(why) or why
end
methods.wait, methods.join, methods.get = methods.await, methods.await, methods.await
-- "pending", "fulfilled" or "rejected".
function methods.status(one) return own(one, "promise:status").status end
methods.state, methods.get_state = methods.status, methods.status
function methods.is_done(one) return own(one, "promise:is_done").status ~= "pending" end
function methods.is_pending(one) return own(one, "promise:is_pending").status == "pending" end
function methods.is_fulfilled(one) return own(one, "promise:is_fulfilled").status == "fulfilled" end
function methods.is_rejected(one) return own(one, "promise:is_rejected").status == "rejected" end
methods.is_resolved = methods.is_fulfilled

function members.is_promise(value) return known[value] ~= nil end

-- Each of a list as a promise: a value that is none is there already.
local function each(list, what)
  if type(list) ~= "table" or kind(list) then raise(what .. " takes a list of promises, not a " .. type(list)) end
  local all = {}
  for i = 1, #list do all[i] = known[members.resolve(list[i])] end
  return all
end

-- A promise that `decide(state, place, done)` settles when it has seen enough of them; `none`, when all are over.
local function of_all(list, what, decide, none)
  local all = each(list, what)
  local one, result = make()
  local left = #all
  if left == 0 then none(all, result) end
  for i = 1, #all do
    when_settled(all[i], function()
      left = left - 1
      decide(all[i], result)
      if left == 0 then none(all, result) end
    end)
  end
  return one
end

local function values(all, result)
  local found = array({})
  for i = 1, #all do found[i] = all[i].value end
  settle(result, "fulfilled", found)
end
-- Their values, in order; or why the first that fails does.
function members.all(list)
  return of_all(list, "promise.all", function(state, result)
    if state.status == "rejected" then settle(result, "rejected", state.value) end
  end, values)
end
-- What the first that is over becomes.
function members.race(list)
  return of_all(list, "promise.race", function(state, result) settle(result, state.status, state.value) end, function() end)
end
-- The value of the first that is fulfilled.
function members.any(list)
  return of_all(list, "promise.any", function(state, result)
    if state.status == "fulfilled" then settle(result, "fulfilled", state.value) end
  end, function(all, result) settle(result, "rejected", all[1] and all[1].value or "promise.any takes at least one promise") end)
end
-- {status, value or reason} of each.
function members.all_settled(list)
  return of_all(list, "promise.all_settled", function() end, function(all, result)
    local found = array({})
    for i = 1, #all do
      local state = all[i]
      found[i] = { status = state.status, [state.status == "fulfilled" and "value" or "reason"] = state.value }
    end
    settle(result, "fulfilled", found)
  end)
end

-- What llm answers with two results, as promises.
for name, main in next, { complete_promise = llm_names.complete, chat_promise = llm_names.chat } do
  llm_names[name] = function(...) return members.run(main, ...) end
end
