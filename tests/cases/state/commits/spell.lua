-- Several changes at once: all of them or none.
local done = State.commit({
  { op = "save", scope = "a", key = "x", value = { 1 } }, { op = "set", key = "y", value = JSON.null },
  { op = "increment", scope = "a", key = "n", by = 2 }, { op = "increment", scope = "a", key = "n" },
  { op = "delete", scope = "a", key = "none" }, { op = "check", scope = "a", key = "x" },
})
local before = State.entry("a", "x").version
assert(before == done.version and State.load("a", "n") == 3)

local function refused(changes)
  local ok, problem = pcall(State.commit, changes)
  assert(not ok)
  -- Nothing of it was done.
  assert(State.entry("a", "x").version == before and State.load("a", "n") == 3 and not State.exists("a", "new"))
  return problem.code .. ": " .. problem.message
end
local many = {}
for i = 1, 1001 do many[i] = { op = "delete", key = "k" } end
local seen = {
  refused({ { op = "save", scope = "a", key = "new", value = 1 }, { op = "check", scope = "a", key = "x", if_version = 999 } }),
  refused({ { op = "save", scope = "a", key = "x", value = 2 }, { op = "save", scope = "a", key = "n", value = 1, if_absent = true } }),
  refused({ { op = "clear", scope = "a" }, { op = "save", scope = "a", key = "new", value = 1 }, { op = "increment", scope = "a", key = "new", by = 1e308 },
    { op = "increment", scope = "a", key = "new", by = 1.7e308 } }),
  refused({ { op = "delete", scope = "a", key = "x" }, { op = "check", scope = "a", key = "x", if_version = before } }),
  refused(many),
}
-- Later changes see what earlier ones did; and clear takes the whole scope.
State.commit({ { op = "delete", scope = "a", key = "x" }, { op = "save", scope = "a", key = "x", value = 2, if_absent = true } })
assert(State.clear("a") == 2 and State.clear("a") == 0 and State.exists("y"))
assert(State.commit({}).version == 0)
return { done.changes, seen }
