-- State as a whole: migrations, backups, how much there is.
-- After: clock, state.
local raw, guest = ...
raw = raw.state
local migrate, schemas, usage = raw.migrate, raw.schemas, raw.usage
local backup, backups, restore, check, delete = raw.backup, raw.backups, raw.restore, raw.check_backup, raw.delete_backup
local drive, raise, text, kind, snake, members = guest.drive, guest.raise, guest.text, guest.kind, guest.snake, guest.state
local say = guest.messages
local array, error, next, type, math_type, time = JSON.array, error, next, type, math.type, os.time

local function value_of(answer, failure)
  if answer == nil then error(failure, 0) end
  return answer
end

local function snake_keys(given, what)
  if type(given) ~= "table" or kind(given) then raise(what .. " takes a table, not a " .. type(given)) end
  local all = {}
  for key, value in next, given do
    key = snake(key)
    if all[key] ~= nil then raise(say.given_twice(what, key)) end
    all[key] = value
  end
  return all
end

-- {from_version, to_version, transformations, scope, prefix, dry_run}: all values or none. {success, applied, ...}
function members.migrate(plan)
  local all = snake_keys(plan, "State.migrate")
  local given = all.transformations
  if given ~= nil then
    if type(given) ~= "table" then raise("State.migrate: transformations must be a list") end
    all.transformations = array({})
    for i = 1, #given do all.transformations[i] = snake_keys(given[i], "State.migrate: transformation " .. i) end
  end
  local report = drive(migrate(all))
  report.success, report.items_migrated = true, report.changed
  return report
end

-- {scope = "" for all, version, migrated_at, history}
function members.get_schema_versions() return value_of(schemas()) end

-- {migration_available, current_version, latest_version, schemas}: the versions are those of all scopes.
function members.get_migration_status()
  local all, current = value_of(schemas()), nil
  for i = 1, #all do
    if all[i].scope == "" then current = all[i].version end
  end
  return { migration_available = true, current_version = current, latest_version = current, schemas = all }
end

local function keep(options)
  if options == nil or type(options) == "boolean" then options = {} end -- another host's "incremental"
  if text(options) then options = { description = options } end
  local all = snake_keys(options, "State.backup")
  local description = all.description
  all.description = nil
  local other = next(all)
  if other ~= nil then raise("State.backup has no option '" .. (text(other) or "?") .. "'; known are: description") end
  if description ~= nil and not text(description) then raise(say.no_text("State.backup", "description", type(description))) end
  return drive(backup(description and text(description) or ""))
end

-- The id.
function members.backup(options) return keep(options).id end

-- {success, id, backup_id, created_at, description, keys, bytes}
local function outcome(about)
  about.success, about.backup_id = true, about.id
  return about
end
function members.create_backup(options) return outcome(keep(options)) end

local function id_of(id, what)
  if type(id) == "table" and not kind(id) and text(id.id) then id = id.id end
  return text(id) or raise(say.takes_text(what, "the id of a backup", type(id)))
end

-- Replaces all that there is by what the backup holds.
function members.restore(id)
  drive(restore(id_of(id, "State.restore")))
  return true
end
function members.restore_backup(id) return outcome(drive(restore(id_of(id, "State.restore_backup")))) end

-- The newest first: {id, created_at, description, keys, bytes}
function members.list_backups() return value_of(backups()) end

-- {valid, error, ...}
function members.validate_backup(id)
  local about = drive(check(id_of(id, "State.validate_backup")))
  about.success, about.is_valid, about.backup_id = about.valid, about.valid, about.id
  return about
end

-- Whether there was one.
function members.delete_backup(id)
  return value_of(delete(id_of(id, "State.delete_backup")))
end

-- {keys, bytes, backups, backup_bytes, limits, total_bytes}
function members.get_storage_usage()
  local all = value_of(usage())
  all.total_bytes = all.bytes + all.backup_bytes
  return all
end

local function cleaning(options)
  if math_type(options) == "integer" then options = { keep = options } end
  local all = snake_keys(options == nil and { keep = 5 } or options, "State.cleanup_backups")
  local most = all.keep or all.keep_last or all.max_backups
  local days = all.older_than_days or all.max_age_days
  all.keep, all.keep_last, all.max_backups, all.older_than_days, all.max_age_days = nil, nil, nil, nil, nil
  local other = next(all)
  if other ~= nil then raise("State.cleanup_backups has no option '" .. (text(other) or "?") .. "'; known are: keep, older_than_days") end
  if most ~= nil and (math_type(most) ~= "integer" or most < 0) then raise("State.cleanup_backups: keep must be a whole number") end
  if days ~= nil and (type(days) ~= "number" or not (days >= 0)) then raise("State.cleanup_backups: older_than_days must be a number") end
  return most, days
end

-- Deletes all but the newest `keep`, or those older than `older_than_days`, or what is both: {success, deleted, ids}
function members.cleanup_backups(options)
  local most, days = cleaning(options)
  local all, ids = value_of(backups()), array({})
  local before = days and time() * 1000 - days * 86400000
  for i = 1, #all do
    if i > (most or 0) and (not before or all[i].created_at < before) then
      value_of(delete(all[i].id))
      ids[#ids + 1] = all[i].id
    end
  end
  return { success = true, deleted = #ids, deleted_count = #ids, ids = ids }
end
