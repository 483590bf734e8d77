-- To the spell each task is what a main thread is to Lua, whether it is the main chunk or not.
local function check()
  local me, main = coroutine.running()
  assert(type(me) == "thread" and main and not coroutine.isyieldable())
  assert(coroutine.status(me) == "running")
  local ok, problem = pcall(coroutine.yield, 1)
  assert(not ok and problem:find("attempt to yield from outside a coroutine"), problem)
  assert(not pcall(coroutine.close, me) and not coroutine.resume(me))
  coroutine.wrap(function()
    local inner, is_main = coroutine.running()
    assert(not is_main and coroutine.isyieldable() and coroutine.status(me) == "normal" and inner ~= me)
    assert(not coroutine.resume(me))
  end)()
  return true
end
assert(check())
assert(Task.spawn(check):await())

-- One that waits has been resumed and has not come back: no other code can resume or close it.
local waiting = coroutine.create(function() util.sleep(5) return "woken" end)
local thread
local task = Task.spawn(function()
  thread = coroutine.running()
  return select(2, coroutine.resume(waiting, "ignored"))
end)
util.sleep(1)
for _, one in ipairs{waiting, thread} do
  assert(coroutine.status(one) == "normal")
  local ok, problem = coroutine.resume(one, "a forged step")
  assert(not ok and problem == "cannot resume non-suspended coroutine")
  ok, problem = pcall(coroutine.close, one)
  assert(not ok and problem:find("cannot close a normal coroutine"))
end
assert(task:await() == "woken")
assert(coroutine.status(waiting) == "dead" and coroutine.status(thread) == "dead")

local here = Task.spawn(function() return debug.traceback("here") end):await()
assert(here:find("^here\nstack traceback:\n") and here:find("in function <[^:]+:%d+>"), here)
