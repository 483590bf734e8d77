-- The failure is logged and counted, subscribers to errors are told, and the run goes on.
local told, hooked = {}, {}
Event.subscribe("job", function(event) error("no " .. event.data, 0) end)
Event.subscribe("job", function(event) told[#told + 1] = event.data end)
Event.subscribe("event.handler_error", function(event)
  told[#told + 1] = event.data.event .. ": " .. event.data.error.message
  error("nor this", 0)
end)
Hook.register("event:handler_error", function(context) hooked[#hooked + 1] = context.data.error.message end)
Event.emit("job", 1)
util.sleep(1)
return { told, hooked, Event.stats().handler_errors }
