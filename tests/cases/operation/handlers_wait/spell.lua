-- A handler may do all that the main chunk may: wait, spawn, and start work that needs handlers again.
local log = {}
local function note(word) log[#log + 1] = word end
Hook.register("custom:inner", function(context)
  util.sleep(2 * context.data)
  note("inner " .. context.data)
  return {type = "modified", data = context.data + 1}
end)
Hook.register("custom:outer", function(context)
  note("outer begins")
  local found = Task.all{
    function() return Hook.execute("custom:inner", 1).data end,
    coroutine.wrap(function() return Hook.execute("custom:inner", 2).data end),
  }
  note("outer ends")
  return {type = "modified", data = found}
end)
local ticker = Task.spawn(function() while true do util.sleep(3) note("tick") end end)
local found = Hook.execute("custom:outer", 0).data
ticker:cancel()
return {log = log, found = found}
