-- A hook that fails at the errors of handlers, and handlers that fail at the errors of hooks: each tells of it once.
local hooks, handlers = 0, 0
Hook.register("event:handler_error", function() hooks = hooks + 1 error("hook", 0) end)
Event.subscribe("**", function() handlers = handlers + 1 error("handler", 0) end)
Event.subscribe("*.error", function() handlers = handlers + 1 error("handler", 0) end)
Event.subscribe("event.*", function() handlers = handlers + 1 error("handler", 0) end)
Event.emit("first.error")
util.sleep(1)
return { hooks, handlers, Event.stats().handler_errors }
