-- A task waits wherever it is, and the ticker goes on meanwhile.
local ticks, done = 0, false
Task.spawn(function()
  while not done do
    util.sleep(2)
    ticks = ticks + 1
  end
end)

local seen = {}
local function check(where, run)
  local before = ticks
  local ok, problem = pcall(run)
  seen[#seen + 1] = where .. (ok and "" or ": " .. tostring(problem)) .. (ticks > before and "" or ": no other task went on")
end
local function wait() util.sleep(5) return 7 end

local object = setmetatable({}, {__index = wait, __add = wait, __eq = wait, __lt = wait, __concat = wait, __call = wait,
  __len = wait, __close = wait, __newindex = wait, __tostring = function() wait() return "text" end})

for _, place in ipairs{"the main chunk", "a task"} do
  local function all()
    check("pcall", function() assert(not pcall(function() wait() error("x") end)) end)
    check("a comparator", function()
      local list = {3, 1, 2}
      table.sort(list, function(a, b) wait() return a < b end)
      assert(table.concat(list) == "123")
    end)
    check("gsub", function() assert(("ab"):gsub("%a", function(c) wait() return c:upper() end) == "AB") end)
    check("a metamethod", function()
      assert(object.x == 7 and object + 1 == 7 and object < {} and object() == 7 and #object == 7 and object .. "" == 7)
      object.x = 1
    end)
    check("tostring", function() assert(tostring(object) == "text") end)
    check("a variable's end", function() local closed <close> = object end)
    check("a coroutine", function()
      local co = coroutine.wrap(function(a)
        local b = coroutine.yield(a + wait())
        wait()
        return a + b
      end)
      assert(co(1) == 8 and co(2) == 3)
    end)
    check("a coroutine in a comparator", function()
      table.sort({2, 1}, coroutine.wrap(function(a, b) while true do wait() a, b = coroutine.yield(a < b) end end))
    end)
    check("coroutines in coroutines", function()
      local function nest(n) return n == 0 and wait() or coroutine.wrap(nest)(n - 1) end
      assert(nest(20) == 7)
    end)
    check("an iterator", function()
      local sum = 0
      for n in coroutine.wrap(function() for n = 1, 3 do wait() coroutine.yield(n) end end) do sum = sum + n end
      assert(sum == 6)
    end)
    check("an error in a coroutine", function()
      local co = coroutine.create(function() wait() error("inside") end)
      local ok, problem = coroutine.resume(co)
      assert(not ok and problem:find("inside") and coroutine.status(co) == "dead")
    end)
  end
  seen[#seen + 1] = place
  if place == "a task" then Task.spawn(all):await() else all() end
end
done = true
return seen
