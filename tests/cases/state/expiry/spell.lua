-- Values that end by themselves, by the store's clock.
local seen = {}
local function look(what) seen[#seen + 1] = { what, State.list_keys("s"), State.load("s", "long") } end
State.save("s", "short", 1, { ttl = 1.5 })
State.save("s", "long", 1, { ttl_seconds = 10 })
State.save("s", "at", 1, { expires_at = State.entry("s", "short").expires_at + 1000 })
look("now")
util.sleep(1499)
look("just before")
util.sleep(1)
look("after 1.5 s")
assert(not State.exists("s", "short") and State.load("s", "short", "gone") == "gone")
util.sleep(1000)
look("after 2.5 s")
-- Saved anew, it stays; or as long as it would have.
State.save("s", "long", 2, { keep_ttl = true })
State.increment("s", "long")
util.sleep(7499)
look("just before 10 s")
util.sleep(1)
look("after 10 s")
State.save("s", "long", 1, { ttl_ms = 5 })
State.save("s", "long", 4)
util.sleep(10)
look("unlimited")
-- What has expired is absent for conditions, too, and counts as 0.
State.save("s", "n", 5, { ttl_ms = 5 })
util.sleep(5)
State.save("s", "n", 1, { if_absent = true, ttl_ms = 5 })
util.sleep(5)
return { seen, State.increment("s", "n"), State.entry("s", "n").expires_at == nil }
