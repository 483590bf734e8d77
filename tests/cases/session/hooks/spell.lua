-- Hooks on sessions: what is written of a session can be changed, and anything can be kept from being done.
local seen = {}
Hook.register("session:start", function(context)
  context.data.tags = { "hooked" }
  return { type = "modified", data = context.data }
end)
Hook.register("SessionSave", function(context) if context.data.name == "bad" then return false end end)
for _, point in ipairs({ "session:checkpoint", "session:restore", "session:end" }) do
  Hook.register(point, function(context) seen[#seen + 1] = context.point .. " " .. context.data.status end)
end
local id = Session.create({ id = "s" })
assert(Session.get(id).tags[1] == "hooked")
local ok, failure = pcall(Session.update, id, { name = "bad" })
assert(not ok and failure.code == "cancelled" and Session.get(id).name == "")
Session.update(id, { name = "good" })
Session.suspend(id)
Session.resume(id)
Session.complete(id)
local pinned = Hook.register("session:end", function() return "keep it" end)
local deleted, why = pcall(Session.delete, id)
assert(not deleted and why.code == "cancelled" and Session.exists(id))
Hook.unregister(pinned)
Hook.register("session:end", function(context)
  context.data.name = "x"
  return { type = "modified", data = context.data }
end)
local changed, wrong = pcall(Session.delete, id)
assert(not changed and wrong.code == "invalid" and Session.exists(id))
return seen
