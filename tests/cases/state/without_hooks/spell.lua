-- Where no hook is on the store, each call is answered at once: no operation, and no call of the spell.
Hook.register("agent:*", function() end)
Hook.register("state:elsewhere:before_write", function() end)
State.save("global", "k", 1)
State.increment("k")
State.commit({ { op = "delete", key = "k" } })
return State.load("global", "k", "gone")
