-- Subscribers are told which keys were changed, never the values.
local seen = {}
Event.subscribe("state.*", function(event)
  local data = event.data
  seen[#seen + 1] = { event.type, data.scope or "-", data.key or "-", data.operation or "-", event.metadata.source }
  assert(data.value == nil and not JSON.encode(event):find("canary", 1, true))
end)
State.save("global", "a", "canary")
State.increment("user:1", "n", 3)
State.delete("global", "a")
State.delete("global", "a")
State.load("global", "a")
State.commit({ { op = "save", scope = "s", key = "x", value = "canary" }, { op = "check", scope = "s", key = "x" }, { op = "clear", scope = "user:1" } })
pcall(State.commit, { { op = "save", scope = "s", key = "y", value = "canary" }, { op = "check", scope = "s", key = "x", if_version = 1 } })
local id = State.backup()
State.migrate({ from_version = 1, to_version = 2 })
State.restore(id)
util.sleep(1)
return seen
