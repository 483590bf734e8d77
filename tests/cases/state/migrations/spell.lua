-- Rewrites values as a list of steps says: all or none, and once.
local function fill()
  State.clear("people")
  State.save("people", "ada", { name = "Ada King Lovelace", age = "36", old = 1, address = { city = "London" } })
  State.save("people", "bob", { name = "Bob", age = 7, tags = "x", version = 1 })
  State.save("people", "text", "no object")
  State.save("other", "ada", { old = 1 })
end
local steps = {
  { field = "old", transform = "copy", to = "new" },
  { field = "version", transform = "default", value = 2 },
  { field = "age", transform = "convert", toType = "integer" },
  { field = "old", transform = "remove" },
  { field = "name", transform = "split", separator = " ", to = { "first", "last" }, keep = true },
  { fields = { "last", "first" }, transform = "merge", separator = ", ", to = "sorted" },
  { field = "address.city", transform = "rename", to = "city" },
  { field = "tags", transform = "convert", to_type = "array" },
}
fill()
-- First, what it would do.
local dry = State.migrate({ from_version = 1, to_version = 2, scope = "people", transformations = steps, dry_run = true })
assert(dry.dry_run and not dry.applied and dry.success and JSON.encode(State.all("people").bob.version) == "1" and #State.get_schema_versions() == 0)
local done = State.migrate({ fromVersion = 1, toVersion = 2, scope = "people", transformations = steps })
local seen = { { dry.examined, dry.changed, dry.skipped, #dry.changes, dry.changes[1].before.old, dry.changes[1].after.new },
  { done.applied, done.examined, done.changed, done.skipped }, State.all("people"), State.load("other", "ada") }
-- Done is done.
assert(not State.migrate({ from_version = 1, to_version = 2, scope = "people", transformations = steps }).applied)
local schema = State.schema_versions()[1]
assert(schema.scope == "people" and schema.version == 2 and schema.history[1].from == 1 and State.migration_status().current_version == nil)

local function why(plan)
  local state = JSON.encode({ State.page("people", { values = true }), State.get_schema_versions() })
  local ok, problem = pcall(State.migrate, plan)
  -- All is as it was, versions included.
  assert(JSON.encode({ State.page("people", { values = true }), State.get_schema_versions() }) == state)
  return ok and "ok" or (tostring(problem):gsub("^spell%.lua:%d+: ", ""))
end
local function plan(...) return { from_version = 2, to_version = 3, transformations = { ... } } end
for _, one in ipairs({
  plan({ field = "age", transform = "convert", to_type = "boolean" }), { from_version = 5, to_version = 6, scope = "people" },
  plan({ field = "name", transform = "coppy", to = "x" }), plan({ field = "name", transform = "copy" }), plan({ transform = "remove" }),
  plan({ field = "name", transform = "custom", fn = print }), plan({ field = "name", transform = "convert", to_type = "date" }),
  plan({ field = "name", transform = "copy", to = "sorted.x" }), { to_version = 3 }, { from_version = 1, to_version = 2, scpe = "x" }, 3,
  plan({ field = "name", transform = "default" }),
}) do seen[#seen + 1] = why(one) end
State.migrate({ from_version = 1, to_version = 2 })
assert(State.get_migration_status().current_version == 2 and State.migrate({ from_version = 2, to_version = "3" }).applied)
return seen
