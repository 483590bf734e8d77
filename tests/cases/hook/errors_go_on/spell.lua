-- An error in a hook is logged and told; what it was asked about goes on, unless it fails closed.
local told, errors = {}, {}
Event.subscribe("hook.error", function(event) told[#told + 1] = event.data.name .. " " .. event.data.error.message end)
Hook.register("event:handler_error", function(context)
  errors[#errors + 1] = context.data.point .. " " .. context.data.hook
  error("in the hook for errors")
end)
Hook.register("custom:x", function() error("first", 0) end, { name = "raises" })
Hook.register("custom:x", function() return { data = 1 } end, { name = "nonsense" })
Hook.register("custom:x", function(context) return { type = "modified", data = context.data + 1 } end)
local open = Hook.execute("custom:x", 1)
local guard = Hook.register("custom:x", function() error("no", 0) end, { name = "guard", fail_closed = true })
local closed = Hook.execute("custom:x", 1)
util.sleep(1)
return { open.action, open.data, closed.action, closed.code, closed.reason, Hook.get_info(guard).errors, errors[1], errors[2], #errors, told[1], #told }
