-- A hook is not asked about what is done for itself, near or far, and one that registers hooks does not extend the round.
local calls = {}
Hook.register("custom:deep", function(context)
  calls[#calls + 1] = "a" .. context.data
  if context.data < 3 then
    Task.spawn(function() Hook.execute("custom:deep", context.data + 1) end):await()
  end
end, "high")
Hook.register("custom:deep", function(context)
  calls[#calls + 1] = "b" .. context.data
  if context.data == 2 then Hook.execute("custom:deep", 3) end
end)
Hook.execute("custom:deep", 1)
local rounds = 0
Hook.register("custom:grow", function()
  rounds = rounds + 1
  Hook.register("custom:grow", function() rounds = rounds + 100 end)
end)
Hook.execute("custom:grow")
return { table.concat(calls, " "), rounds }
