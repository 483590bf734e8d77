-- It is given up after its time. The one that fails closed keeps what it guards.
Hook.register("custom:x", function() util.sleep(1e12) end, { name = "sleeper" })
local open = Hook.execute("custom:x", 1)
Hook.register("custom:x", function() util.sleep(1e12) end, { fail_closed = true })
local closed = Hook.execute("custom:x", 1)
return { open.action, open.results[1].error.code, closed.action, closed.code }
