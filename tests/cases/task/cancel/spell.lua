local log = {}
local function closing(word)
  return setmetatable({}, {__close = function() util.sleep(1) log[#log + 1] = word end})
end

local child
local parent = Task.spawn(function()
  local outer <close> = closing("parent")
  child = Task.spawn(function()
    local inner <close> = closing("child")
    -- The wait is inside a coroutine of the spell, and that is closed first.
    coroutine.wrap(function()
      local innermost <close> = closing("coroutine")
      util.sleep(1000)
    end)()
  end)
  util.sleep(1000)
end)
assert(parent:status() == "ready")
util.sleep(1)
assert(parent:status() == "waiting" and child:status() == "waiting")
assert(parent:cancel() and not parent:cancel())
assert(parent:status() == "cancelled" and child:status() == "cancelled" and child:is_done())
local ok, problem = pcall(parent.await, parent)
assert(not ok and problem.code == "cancelled")

-- One that never began has nothing to close.
local unborn = Task.spawn(function() log[#log + 1] = "never" end)
assert(unborn:cancel() and unborn:status() == "cancelled")

-- One that waits in the middle of a comparator can't be closed from above it: it gets an error where it waits.
local sorting = Task.spawn(function()
  local outer <close> = closing("sorting")
  table.sort({2, 1}, function(a, b) util.sleep(1000) return a < b end)
  log[#log + 1] = "never"
end)
local killer = Task.spawn(function()
  util.sleep(5)
  assert(sorting:cancel() and sorting:status() == "running")
end)
killer:await()
pcall(sorting.await, sorting)
assert(sorting:status() == "cancelled", sorting:status())

-- An error on the way out is an error.
local bad = Task.spawn(function()
  local b <close> = setmetatable({}, {__close = function() error("on the way out") end})
  util.sleep(1000)
end)
util.sleep(1)
bad:cancel()
ok, problem = pcall(bad.await, bad)
assert(problem:find("on the way out"), problem)
return log
