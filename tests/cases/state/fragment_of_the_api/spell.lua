-- A fragment as it is written, with what it takes for granted before and after it.
local scope, key, default_value = "session:1", "settings", { fresh = true }
local doomed = { old_field = "kept", other = 1 }
State.save("global", "record", doomed)
for _, value in ipairs({ { theme = "dark" } }) do
-- Save state with automatic persistence
State.save(scope, key, value)

-- Load state with optional default
local value = State.load(scope, key) or default_value
assert(value.theme == "dark")

-- Delete state
State.delete(scope, key)
assert((State.load(scope, key) or default_value).fresh)

-- List keys in scope
local keys = State.list_keys(scope)
assert(#keys == 0)

-- Perform migration
State.migrate({
    from_version = 1,
    to_version = 2,
    transformations = {
        {field = "old_field", transform = "copy", to = "new_field"},
        {field = "version", transform = "default", value = 2}
    }
})

-- Backup operations
local backup_id = State.backup({description = "Pre-update"})
State.save("global", "record", "spoilt")
State.restore(backup_id)
end
-- And another one.
State.save("global", "shared_key", {value = 42})
return { State.load("global", "record"), State.load("global", "shared_key"), State.list_backups()[1].description }
