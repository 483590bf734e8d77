-- A session from its creation to its end, and what belongs to it.
assert(Session.current_id() == nil and Session.get_current() == nil and Session.current() == nil)
local id = Session.create({ name = "tides", description = "of the sea", tags = { "sea", "moon" }, metadata = { topic = "tides" } })
local found = Session.get(id)
assert(found.id == id and found.name == "tides" and found.status == "active" and found.custom_metadata.topic == "tides")
assert(found.created_at == found.updated_at and not found.parent_session_id)
-- Its own id, a parent, an end.
local child = Session.builder():id("child"):name("more"):tag("sea"):tag("x"):parent_session_id(id):ttl(60):metadata("n", 1):build()
assert(child == "child")
found = Session.get("child")
assert(found.parent_session_id == id and found.expires_at == found.created_at + 60000 and #found.tags == 2 and found.custom_metadata.n == 1)
assert(Session.get("no") == nil and not Session.exists("no"))
-- Lists.
assert(#Session.list() == 2 and #Session.list({ tags = { "moon" } }) == 1 and #Session.list({ limit = 1 }) == 1)
local page = Session.page({ limit = 1 })
assert(page.sessions[1].id == "child" and #Session.page({ after = page.next }).sessions == 1)
-- The current one is meant where none is named.
Session.set_current(id)
assert(Session.current_id() == id and Session.get().id == id)
local kept = Artifact.store(nil, "user_input", "note", "one")
assert(kept.session_id == id and kept.sequence == 1 and Artifact.get("note").content == "one")
assert(#Artifact.list() == 1 and #Artifact.list("child") == 0 and #Artifact.list("global") == 0 and #Artifact.query({ session_id = "*" }) == 1)
State.save("session:" .. id, "k", 1)
-- Changes of several fields, one after the other, all stay.
Session.update(id, { metadata = { a = 1, topic = JSON.null } })
found = Session.update({ description = "changed" })
assert(found.custom_metadata.a == 1 and found.custom_metadata.topic == nil and found.description == "changed" and found.name == "tides")
assert(Session.save() and Session.load(id).id == id)
-- Suspended: it is read, and nothing is added.
assert(Session.suspend().status == "suspended" and #Session.list({ status = "suspended" }) == 1)
local ok, problem = pcall(Artifact.store, nil, nil, "more", "x")
assert(not ok and problem.code == "conflict")
assert(Artifact.get("note").content == "one")
assert(Session.resume(id).status == "active")
assert(Session.complete(id).status == "completed")
local again, over = pcall(Session.resume, id)
assert(not again and over.code == "conflict")
-- What is not there yet says so.
assert(Session.can_replay(id) == false and #Session.list_replayable() == 0)
local replays, replay = pcall(Session.replay, id)
assert(not replays)
-- With it goes what belongs to it.
assert(Session.delete(id) and not Session.delete(id) and Session.current() == nil)
assert(Session.get(id) == nil and #State.list_keys("session:" .. id) == 0 and #Artifact.query({ session_id = "*" }) == 0)
assert(Session.getCurrent == Session.get_current and Session.setCurrent and Session.canReplay)
return { (problem.message:gsub("'[^']*'", "X")), (over.message:gsub("'[^']*'", "X")), (tostring(replay):gsub("^.-Session", "Session")) }
