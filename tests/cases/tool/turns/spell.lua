-- Calls of a tool wait for their turn, unless it says that they may overlap.
local order = {}
local function slow(input)
  order[#order + 1] = "begin"
  util.sleep(10)
  order[#order + 1] = "end"
  return input.n
end
Tool.register({ name = "in_turn", execute = slow })
Tool.register({ name = "at_once", execute = slow, parallel = true })
local function both(name)
  order = {}
  local results = Task.all({
    function() return Tool.execute(name, { n = 1 }) end, function() return Tool.execute(name, { n = 2 }) end,
  })
  return { results[1], results[2], table.concat(order, ", ") }
end
local later = Tool.executeAsync("in_turn", { n = 7 })
local more = Tool.executeAsync("at_once", { n = 8 })
local both_later = Task.all({ Tool.executeAsync("at_once", { n = 3 }), Tool.executeAsync("at_once", { n = 4 }) })
Tool.register({ name = "table", execute = function() return { success = true } end })
return { all = both_later, success = Tool.executeAsync("table").success, in_turn = both("in_turn"), at_once = both("at_once"), later = later:await(), more = more.await() }
