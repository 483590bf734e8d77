-- Copies of everything, as of one moment.
State.save("global", "a", { 1 })
State.save("user:1", "b", 2, { ttl = 100 })
local first = State.backup({ description = "Pre-update" })
util.sleep(1000)
State.save("global", "a", "spoilt")
State.delete("user:1", "b")
State.save("new", "c", 3)
local second = State.create_backup("second")
assert(second.success and second.id == second.backup_id and second.keys == 2)
assert(State.restore(first) == true)
assert(State.load("global", "a")[1] == 1 and State.load("user:1", "b") == 2 and State.entry("user:1", "b").expires_at and not State.exists("new", "c"))
assert(State.restore_backup(second).success and State.load("global", "a") == "spoilt" and State.exists("new", "c"))

local list = State.list_backups()
assert(#list == 2 and list[1].id == second.id and list[2].description == "Pre-update" and list[2].keys == 2 and list[1].created_at > list[2].created_at)
assert(State.listBackups()[1].tenant == nil)
local judged = State.validate_backup(first)
assert(judged.valid and judged.is_valid and judged.keys == 2)
local usage = State.get_storage_usage()
assert(usage.keys == 2 and usage.backups == 2 and usage.total_bytes == usage.bytes + usage.backup_bytes and usage.limits.backups == 20)

local function why(call, ...)
  local ok, problem = pcall(call, ...)
  return ok and "ok" or (tostring(problem):gsub("^spell%.lua:%d+: ", ""))
end
local seen = {
  why(State.restore, "backup-1"), why(State.validate_backup, "none"), why(State.restore, 1.5 > 1), why(State.backup, { desc = "x" }),
  why(State.backup, ("x"):rep(1001)), why(State.cleanup_backups, { keep = -1 }), why(State.cleanup_backups, { kep = 1 }),
}
-- The newest stay.
util.sleep(10000)
for i = 1, 4 do State.backup("backup " .. i) util.sleep(1000) end
local cleaned = State.cleanup_backups({ keep = 1, older_than_days = 0.0001 })
assert(cleaned.deleted == 2 and cleaned.ids[2] == first and #State.list_backups() == 4)
assert(State.cleanup_backups(3).deleted_count == 1 and State.delete_backup(State.list_backups()[3].id) and not State.delete_backup("backup-1"))
assert(State.list_backups()[1].description == "backup 4" and #State.backups() == 2)
-- They cost no fuel, so their number has a limit of its own.
local ok, problem
for _ = 1, 100 do ok, problem = pcall(State.validate_backup, State.list_backups()[1].id) if not ok then break end end
seen[#seen + 1] = problem.code .. ": " .. problem.message
return seen
