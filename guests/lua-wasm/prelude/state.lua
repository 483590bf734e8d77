-- State: what outlives the run, by scope and key.
-- After: names, units.
local raw, guest = ...
raw = raw.state
local get, put, delete, add, commit, list, scopes = raw.get, raw.put, raw.delete, raw.increment, raw.commit, raw.list, raw.scopes
local drive, raise, text, kind, snake, nearest = guest.drive, guest.raise, guest.text, guest.kind, guest.snake, guest.nearest
local array, null, say, scaled = JSON.array, JSON.null, guest.messages, guest.scaled
local shapes, same, operations = guest.aliases.state_shapes, guest.aliases.state_options, guest.aliases.state_operations
local families, kept, added, deleted = guest.sets.state_families, guest.sets.state_save, guest.sets.state_increment, guest.sets.state_delete
local listed, changed = guest.sets.state_list, guest.sets.state_commit
local error, next, pcall, select, tostring, type = error, next, pcall, select, tostring, type
local match, sub = string.match, string.sub

local members = {}
guest.state = members
State = guest.open_names(members, "State")

-- Whatever the host answers: a value, work that has to be waited for, or a failure.
local function value_of(answer, failure)
  if failure then error(failure, 0) end
  if type(answer) == "userdata" then answer = drive(answer) end
  return answer
end

local function name_of(name, what, which)
  local problem = name == nil and " is missing" or " must be a text, not a " .. type(name)
  return text(name) or raise(what .. " takes " .. (shapes[what] or "(scope)") .. ": the " .. which .. problem)
end

local none = {}

-- Options in the host's words. `known` has those that there are; without it the host says what it does not know.
local function options_of(options, what, known)
  if options == nil then return none end
  if type(options) ~= "table" or kind(options) then raise(what .. " takes a table of options, not a " .. type(options)) end
  local all = {}
  for key, value in next, options do
    key = snake(key)
    if known and not known[same[key] or key] then
      local name = sub(tostring(key), 1, 60)
      raise(say.no_option(what, name, nearest(name, known)))
    end
    if key == "ttl" or key == "ttl_seconds" then
      key, value = "ttl_ms", scaled(value, "seconds", what, key)
    end
    if all[key] ~= nil then raise(say.given_twice(what, key)) end
    all[key] = value
  end
  return all
end

guest.stored_options = options_of

-- Whether a text looks like a scope: then, of two arguments, it is not the key.
local function is_scope(name)
  name = text(name)
  if not name then return false end
  return name == "global" or name == "custom" or families[match(name, "^(%l+):.") or ""] == true
end

-- (scope, key) or (key): then the scope is "global".
local function place(what, count, scope, key)
  if count < 2 then return "global", name_of(scope, what, "key") end
  return name_of(scope, what, "scope"), name_of(key, what, "key")
end

local function check_value(value, what)
  if value ~= nil then return end
  local shape = shapes[what] and " takes " .. shapes[what] or ""
  raise(what .. shape .. ": the value is missing (State.delete removes a key, and JSON.null is a value)")
end

-- {version, existed}
local function keep(what, scope, key, value, options)
  check_value(value, what)
  return value_of(put(scope, key, value, options_of(options, what, kept)))
end

-- {key, value, version, expires_at}, or nil.
local function look(scope, key)
  local entry = value_of(get(scope, key))
  if not entry or entry == null then return nil end
  entry.key = key
  return entry
end

local function value_at(scope, key, otherwise)
  local entry = look(scope, key)
  local value = entry and entry.value
  if value == nil or value == null then return otherwise end
  return value
end

-- `options`: ttl (seconds), ttl_ms, expires_at, keep_ttl, if_version, if_absent.
function members.save(scope, key, value, options)
  scope, key = place("State.save", 2, scope, key)
  keep("State.save", scope, key, value, options)
  return true
end

-- Nil, or what is given as a third, where there is nothing.
function members.load(scope, key, otherwise)
  scope, key = place("State.load", 2, scope, key)
  return value_at(scope, key, otherwise)
end

function members.entry(...)
  return look(place("State.entry", select("#", ...), ...))
end

-- (key), (key, otherwise), (scope, key) where the first looks like a scope, (scope, key, otherwise).
function members.get(...)
  local count, first, second, third = select("#", ...), ...
  if count >= 3 or count == 2 and is_scope(first) and text(second) then
    first, second = place("State.get", 2, first, second)
    return value_at(first, second, third)
  end
  return value_at("global", name_of(first, "State.get", "key"), second)
end

-- (key, value) or (scope, key, value, options).
function members.set(...)
  local count, first, second, third, options = select("#", ...), ...
  if count < 3 then first, second, third = "global", first, second end
  first, second = place("State.set", 2, first, second)
  keep("State.set", first, second, third, options)
  return true
end

-- Whether it was there. `options`: if_version.
function members.delete(...)
  local scope, key = place("State.delete", select("#", ...), ...)
  return value_of(delete(scope, key, options_of(select(3, ...), "State.delete", deleted))).existed
end

function members.exists(...)
  return look(place("State.exists", select("#", ...), ...)) ~= nil
end

-- (key), (key, by), (scope, key), (scope, key, by, options): the number that it is then. One step: nothing is lost
-- between tasks or runs.
function members.increment(...)
  local count, first, second, by, options = select("#", ...), ...
  if count < 2 or count == 2 and type(second) == "number" then first, second, by = "global", first, second end
  first, second = place("State.increment", 2, first, second)
  if by == nil then by = 1 end
  if type(by) ~= "number" then raise("State.increment adds a number, not a " .. type(by)) end
  return value_of(add(first, second, by, options_of(options, "State.increment", added))).value
end

-- Saves only if the key has this version; nil or 0: if it is not there. {ok, version}: the one that it has then.
function members.compare_and_set(scope, key, version, value, options)
  scope, key = place("State.compare_and_set", 2, scope, key)
  local all = { if_version = version, if_absent = (version == nil or version == 0) or nil }
  if all.if_absent then all.if_version = nil end
  for name, option in next, options_of(options, "State.compare_and_set", kept) do all[name] = option end
  local ok, done = pcall(keep, "State.compare_and_set", scope, key, value, all)
  if ok then return { ok = true, version = done.version } end
  if kind(done) ~= "failure" or done.code ~= "conflict" then error(done, 0) end
  return { ok = false, version = done.details and done.details.current }
end

-- All of these changes or none: {op = "save" | "delete" | "increment" | "check" | "clear", scope, key, ...}.
-- {version, changes = {{existed, value}}}
function members.commit(changes)
  if type(changes) ~= "table" or kind(changes) == "reply" then raise("State.commit takes a list of changes, not a " .. type(changes)) end
  local all = array({})
  for i = 1, #changes do
    if changes[i] == nil then raise("State.commit: change " .. i .. " is nil") end
    local one = options_of(changes[i], "State.commit: change " .. i, changed)
    local op = one.op or one.operation
    one.op, one.operation = operations[op] or op, nil
    if one.scope == nil then one.scope = "global" end
    if one.op == "put" then check_value(one.value, "State.commit: change " .. i) end
    all[i] = one
  end
  return value_of(commit(all))
end

local function scope_of(scope, what)
  if scope == nil then return "global" end
  return name_of(scope, what, "scope")
end

local function list_options(options, what)
  if text(options) then return { prefix = text(options) } end
  return options_of(options, what, listed)
end

-- {entries = {{key, version, expires_at, value}}, next}: at most 1,000 in the order of their keys. `options`: prefix,
-- after (the `next` of the page before), limit, values.
function members.page(scope, options)
  scope, options = scope_of(scope, "State.page"), list_options(options, "State.page")
  local entries, following = list(scope, options)
  if not entries then error(following, 0) end
  return { entries = entries, next = following }
end

-- Calls `main` with every entry, or as many as `limit` says.
local function each(scope, options, what, values, main)
  local all = { values = values }
  for key, value in next, list_options(options, what) do all[key] = value end
  local left = all.limit
  repeat
    local entries, following = list(scope, all)
    if not entries then error(following, 0) end
    for i = 1, #entries do main(entries[i]) end
    all.after = following
    if left then left = left - #entries all.limit = left end
  until not following or left and left <= 0
end

-- The keys in their order. `options`: a prefix, or prefix, after, limit.
function members.list_keys(scope, options)
  local keys, count = array({}), 0
  each(scope_of(scope, "State.list_keys"), options, "State.list_keys", nil, function(entry)
    count = count + 1
    keys[count] = entry.key
  end)
  return keys
end

-- A table from keys to values.
function members.all(scope, options)
  local all = {}
  each(scope_of(scope, "State.all"), options, "State.all", true, function(entry) all[entry.key] = entry.value end)
  return all
end

-- Deletes every key of a scope: how many.
function members.clear(scope)
  if scope == nil then raise("State.clear takes a scope: it deletes all keys of it") end
  return value_of(commit(array({ { op = "clear", scope = name_of(scope, "State.clear", "scope") } }))).changes[1].existed
end

-- The scopes in which there is something.
function members.scopes()
  local all, after = array({}), nil
  repeat
    local some = value_of(scopes(after))
    for i = 1, #some do all[#all + 1] = some[i] end
    after = some[1000]
  until not after
  return all
end
