local log = {}
local function note(word) log[#log + 1] = word end
local function closing(word) return setmetatable({}, {__close = function() note(word .. " stopped") end}) end

-- A parent is over when its children are.
local parent = Task.spawn(function()
  Task.spawn(function() util.sleep(5) note("child ends") end)
  note("parent ends")
  return "value"
end)
note(parent:await())

-- One that fails takes its children with it, and they theirs.
local failing = Task.spawn(function()
  Task.spawn(function()
    Task.spawn(function()
      local mark <close> = closing("grandchild")
      util.sleep(1000)
    end)
    local mark <close> = closing("child")
    util.sleep(1000)
  end)
  util.sleep(1)
  error("parent fails", 0)
end)
note(select(2, pcall(failing.await, failing)))

-- An error that a child left is one of its parent.
local careless = Task.spawn(function()
  Task.spawn(function() error("child fails", 0) end)
  util.sleep(1)
  return "value"
end)
note(select(2, pcall(careless.await, careless)))

-- What the main chunk leaves is finished before the run ends.
Task.spawn(function() util.sleep(3) print("at last") end)
return log
