-- Sessions and artifacts are granted by the session's id.
local told = {}
local function refused(work, ...)
  local ok, failure = pcall(work, ...)
  assert(not ok and failure.code == "denied", tostring(failure))
  told[#told + 1] = failure.message
end
refused(Session.create, { name = "without an id of its own" })
refused(Session.create, { id = "other" })
refused(Session.create, { id = "research:child", parent_session_id = "other" })
local id = Session.create({ id = "research:tides" })
Artifact.store(id, nil, "n", "x")
assert(#Artifact.list("global") == 0 and #Session.list() == 1)
refused(Artifact.store, "global", nil, "n", "x")
refused(Artifact.writer, "global", nil, "n")
refused(Artifact.list, "other")
refused(Artifact.query, { session_id = "*" })
refused(Artifact.delete, "global", "n")
refused(Artifact.get, "research:closed", "n")
refused(Session.set_current, "other")
refused(Session.delete, "other")
return told
