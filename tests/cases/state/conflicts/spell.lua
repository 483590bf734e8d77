-- Compare-and-set: by versions, which a key that is deleted and made anew does not get again.
local first = State.compare_and_set("s", "k", nil, "mine")
assert(first.ok and not State.cas("s", "k", 0, "again").ok)
local stolen = State.compareAndSet("s", "k", first.version + 1000, "theirs")
assert(not stolen.ok and stolen.version == first.version and State.load("s", "k") == "mine")
local second = State.compare_and_set("s", "k", first.version, "newer", { ttl = 60 })
assert(second.ok and second.version > first.version and State.entry("s", "k").expires_at)
-- Deleted and made anew, it is another one.
State.delete("s", "k")
local gone = State.compare_and_set("s", "k", second.version, "late")
assert(not gone.ok and gone.version == nil)
State.save("s", "k", "mine")
assert(not State.compare_and_set("s", "k", first.version, "late").ok)

local function why(call, ...)
  local ok, problem = pcall(call, ...)
  return ok or { problem.code, problem.message, problem.details.current or "none" }
end
-- Conditions of save and delete.
local version = State.entry("s", "k").version
return {
  why(State.save, "s", "k", 1, { if_absent = true }), why(State.save, "s", "k", 1, { if_version = 1 }),
  why(State.save, "s", "none", 1, { if_version = 1 }), why(State.delete, "s", "k", { if_version = 1 }),
  why(State.delete, "s", "k", { if_version = version }),
}
