-- Hooks may change, leave out, stop, rename and put off what the spell emits.
local log, tries = {}, 0
local id = Event.subscribe("**")
Hook.register("event:before_emit", function(context)
  local event = context.data
  if event.type == "secret" then return "skip" end
  if event.type == "forbidden" then return false, "not here" end
  if event.type == "old.name" then return { type = "redirect", target = "new.name" } end
  if event.type == "broken" then return { type = "modified", data = { type = "" } } end
  if event.type == "busy" then
    tries = tries + 1
    return tries < 3 and { type = "retry", delay_ms = 10, max_attempts = 3 } or nil
  end
  event.data.seen = true
  return { type = "modified", data = event }
end)
Hook.register("event:user.in:after_emit", function(context) log[#log + 1] = context.component_id.name .. " " .. context.subscriptions end)
Event.emit("user.in", { n = 1 })
local _, skipped = Event.emit("secret", {})
local stopped = select(2, pcall(Event.emit, "forbidden", {}))
Event.emit("old.name", { n = 2 })
local broken = select(2, pcall(Event.emit, "broken", {}))
Event.emit("busy", { n = 3 })
local got = {}
for i, event in ipairs(Event.receive_batch(id)) do got[i] = event.type .. event.data.n .. tostring(event.data.seen) end
return { got, skipped, stopped.code, stopped.message, broken.code, tries, log }
