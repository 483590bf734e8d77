-- Higher priorities first, then in order of registration; each sees what those before it made of the data.
local order = {}
local function hook(name)
  return function(context)
    order[#order + 1] = name
    return { type = "modified", data = context.data .. name }
  end
end
Hook.register("custom:step", hook("c"))
Hook.register("custom:step", hook("e"), "lowest")
Hook.register("custom:step", hook("a"), "high")
Hook.register("custom:step", hook("b"), 7)
Hook.register("custom.step", hook("d"), { priority = "normal" })
Hook.register("custom:other", hook("x"))
local outcome = Hook.execute("custom:step", ">")
return { order = table.concat(order), data = outcome.data, action = outcome.action, results = #outcome.results }
