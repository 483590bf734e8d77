-- Session: what belongs together across runs.
-- After: state.
local raw, guest = ...
raw = raw.session
local create, get, list, update, turn, delete, current, set_current = raw.create, raw.get, raw.list, raw.update, raw.turn, raw.delete, raw.current, raw.set_current
local drive, raise, text, kind, say, options_of = guest.drive, guest.raise, guest.text, guest.kind, guest.messages, guest.stored_options
local same, created, listed = guest.aliases.session_options, guest.sets.session_options, guest.sets.session_list
local array, null, error, next, setmetatable, type = JSON.array, JSON.null, error, next, setmetatable, type

local members = {}
Session = guest.open_names(members, "Session")

local function asked(answer, failure)
  if failure then error(failure, 0) end
  return answer
end

local function in_words(options, what, known)
  local all = {}
  for name, value in next, options_of(options, what, known) do
    local own = same[name] or name
    if all[own] ~= nil then raise(say.given_twice(what, own)) end
    all[own] = value
  end
  return all
end

-- The id of a session, or of the current one. What Session.get gives stands for its id as well.
local function id_of(id, what)
  if type(id) == "table" and not kind(id) then id = id.id end
  if id == nil then id = asked(current()) or raise(say.no_session(what)) end
  return text(id) or raise(say.takes_text(what, "a session's id", type(id)))
end

-- Its id. `options`: id, name, description, tags, parent_session_id, custom_metadata, ttl (seconds), ttl_ms, expires_at.
function members.create(options)
  if text(options) then options = { name = text(options) } end
  return drive(create(in_words(options, "Session.create", created))).id
end

-- All that is known of it, or nil.
function members.get(id)
  local found = asked(get(id_of(id, "Session.get")))
  if found == null then return nil end
  return found
end
-- The same, where it has to be there.
function members.load(id)
  id = id_of(id, "Session.load")
  return members.get(id) or raise(say.session_missing("Session.load", id))
end
function members.exists(id) return members.get(id_of(id, "Session.exists")) ~= nil end

-- A page: {sessions, next}. `query`: tags, status, limit, after.
function members.page(query) return asked(list(options_of(query, "Session.page", listed))) end
-- All that fit, or as many as `limit` says.
function members.list(query)
  local all, found = {}, array({})
  for name, value in next, options_of(query, "Session.list", listed) do all[name] = value end
  local left = all.limit
  repeat
    local page = asked(list(all))
    for i = 1, #page.sessions do found[#found + 1] = page.sessions[i] end
    all.after = page.next
    if left then
      left = left - #page.sessions
      all.limit = left
    end
  until not page.next or left and left <= 0
  return found
end

-- (id, changes) or (changes): the session as it is then.
function members.update(id, changes)
  if changes == nil and type(id) == "table" and not id.id then id, changes = nil, id end
  id = id_of(id, "Session.update")
  return drive(update(id, in_words(changes, "Session.update", created)))
end
-- What is changed is kept at once; this only says when it was last asked for.
function members.save(id, changes)
  id = id_of(id, "Session.save")
  drive(update(id, in_words(changes, "Session.save", created)))
  return true
end
for _, to in next, { "suspend", "resume", "complete" } do
  members[to] = function(id) return drive(turn(id_of(id, "Session." .. to), to)) end
end
-- Whether there was one. All that belongs to it goes as well.
function members.delete(id) return drive(delete(id_of(id, "Session.delete"))) end

function members.get_current() return asked(current()) end
function members.set_current(id)
  if id ~= nil and id ~= null then id = id_of(id, "Session.set_current") else id = nil end
  asked(set_current(id))
  return id
end

-- Spells replay no runs: records are files of whoever runs them.
function members.can_replay(id)
  id_of(id, "Session.can_replay")
  return false
end
function members.list_replayable() return array({}) end
function members.replay() raise(say.no_replay("Session.replay")) end
function members.get_replay_metadata() raise(say.no_replay("Session.get_replay_metadata")) end

-- Session.builder():name(…):tag(…):build()
local steps = {}
local builder_meta = { __metatable = false, __index = function(_, name) return guest.member(steps, name, "a session's builder") end }
local given = setmetatable({}, { __mode = "k" })
local function options_in(builder, what) return given[builder] or raise(what .. ": call it on a builder, as builder:" .. what .. "()") end
for _, name in next, guest.lists.session_builder do
  steps[name] = function(builder, value)
    options_in(builder, name)[name] = value
    return builder
  end
end
function steps.tag(builder, tag)
  local options = options_in(builder, "tag")
  options.tags = options.tags or array({})
  options.tags[#options.tags + 1] = tag
  return builder
end
function steps.metadata(builder, key, value)
  local options = options_in(builder, "metadata")
  options.custom_metadata = options.custom_metadata or {}
  if type(key) == "table" then
    for name, one in next, key do options.custom_metadata[name] = one end
  else options.custom_metadata[key] = value end
  return builder
end
function steps.build(builder) return members.create(options_in(builder, "build")) end
function members.builder()
  local builder = setmetatable({}, builder_meta)
  given[builder] = {}
  return builder
end

for name, known in next, guest.aliases.session do members[name] = members[known] end
