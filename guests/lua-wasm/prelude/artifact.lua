-- Artifact: documents of any size with a name, in a session or outside of any.
-- After: session.
local raw, guest = ...
raw = raw.artifact
local store, begin, append, finish, discard = raw.store, raw.begin, raw.append, raw.finish, raw.discard
local find, read, list, delete, store_file, get_to_file = raw.find, raw.read, raw.list, raw.delete, raw.store_file, raw.get_to_file
local raise, text, kind, say, options_of = guest.raise, guest.text, guest.kind, guest.messages, guest.stored_options
local same, stored, listed, references = guest.aliases.artifact_options, guest.sets.artifact_options, guest.sets.artifact_list, guest.sets.artifact_reference
local array, null, encode, concat = JSON.array, JSON.null, JSON.encode, table.concat
local error, next, select, setmetatable, tostring, type = error, next, select, setmetatable, tostring, type

local members = {}
Artifact = guest.open_names(members, "Artifact")

local function asked(answer, failure)
  if failure then error(failure, 0) end
  return answer
end

-- A session's id; nil and "" stand for the current one.
local function session_of(session, what)
  if type(session) == "table" and not kind(session) then session = session.id end
  if session == nil or session == "" or session == null then return nil end
  return text(session) or raise(say.takes_text(what, "a session's id", type(session)))
end

-- Which artifact: its name, its number, or what Artifact.store and Artifact.list give.
local function reference_of(given, what)
  if type(given) == "number" then return { sequence = given } end
  if text(given) then return { name = text(given) } end
  if type(given) ~= "table" then raise(say.no_artifact(what, type(given))) end
  local all = {}
  for name in next, references do all[name] = given[name] end
  if all.sequence then all.name, all.version = nil, nil end
  if not all.sequence and not all.name then raise(say.no_artifact(what, "table")) end
  return all
end

-- (session, id) or (id): then the session is the one that the id names, or the current one.
local function place(what, count, session, id)
  if count < 2 then session, id = nil, session end
  return session_of(session, what), reference_of(id, what)
end

local function in_words(options, what)
  local all = {}
  for name, value in next, options_of(options, what, stored) do
    local own = same[name] or name
    if all[own] ~= nil then raise(say.given_twice(what, own)) end
    all[own] = value
  end
  return all
end

-- The content as bytes. A table is stored as JSON.
local function bytes_of(content, options, what)
  if text(content) then return text(content) end
  if type(content) == "number" then return tostring(content) end
  if type(content) ~= "table" then raise(say.no_content(what, type(content))) end
  options.mime_type = options.mime_type or "application/json"
  return encode(content)
end

-- What else is said of an artifact: metadata, in which tags, mime_type and the time that it stays count as such.
local function with_metadata(options, metadata, what)
  if metadata == nil or metadata == null then return options end
  if type(metadata) ~= "table" or kind(metadata) then raise(say.no_options(what, type(metadata))) end
  options.metadata = metadata
  for _, name in next, guest.lists.artifact_metadata do options[name] = metadata[name] end
  return options
end

local function given_at_once(first) return type(first) == "table" and not kind(first) and first.content ~= nil end
-- (session, type, name, content, metadata), or ({name, content, session_id, type, ...}): all that is known of it.
function members.store(session, kind_of, name, content, metadata)
  local options
  if given_at_once(session) then
    options, content = {}, session.content
    for key, value in next, session do
      if key ~= "content" then options[key] = value end
    end
    options = in_words(options, "Artifact.store")
    session, options.session_id = options.session_id, nil
  else options = in_words(with_metadata({ type = kind_of, name = name }, metadata, "Artifact.store"), "Artifact.store") end
  local bytes = bytes_of(content, options, "Artifact.store")
  return asked(store(session_of(session, "Artifact.store"), options, bytes))
end

-- (session, path, type, metadata): a file that is granted, whatever its size.
function members.store_file(session, path, kind_of, metadata)
  path = text(path) or raise(say.takes_text("Artifact.store_file", "(session, path, type, metadata): the path", type(path)))
  local options = with_metadata({ type = kind_of }, metadata, "Artifact.store_file")
  options.name = options.name or type(metadata) == "table" and metadata.name or nil
  return asked(store_file(session_of(session, "Artifact.store_file"), path, in_words(options, "Artifact.store_file")))
end

-- All that is known of it, or nil.
local function look(session, reference)
  local found = asked(find(session, reference))
  if found == null then return nil end
  return found
end
function members.info(...) return look(place("Artifact.info", select("#", ...), ...)) end
function members.exists(...) return look(place("Artifact.exists", select("#", ...), ...)) ~= nil end

local PIECE = 1048576 -- bytes

-- The pieces of a content, one after the other.
local function pieces_of(found, size)
  local at = 0
  return function()
    if at >= found.size and (at > 0 or found.size == 0) then return nil end
    local piece = asked(read(found.session_id, { sequence = found.sequence, content_hash = found.content_hash }, at, size))
    at = at + #piece
    return piece
  end
end

-- The same with its `content`, a text of its bytes; or nil.
function members.get(...)
  local found = look(place("Artifact.get", select("#", ...), ...))
  if not found then return nil end
  local pieces = {}
  for piece in pieces_of(found, PIECE) do pieces[#pieces + 1] = piece end
  found.content = concat(pieces)
  return found
end

-- Its content piece by piece, for a loop: (session, id, bytes of a piece) or (id).
function members.reader(...)
  local count, session, id, size = select("#", ...), ...
  session, id = place("Artifact.reader", count, session, id)
  local found = look(session, id) or raise(say.artifact_missing("Artifact.reader"))
  return pieces_of(found, size or PIECE)
end

-- (session, id, path): writes the content to a file that is granted.
function members.get_to_file(session, id, path)
  path = text(path) or raise(say.takes_text("Artifact.get_to_file", "(session, id, path): the path", type(path)))
  session, id = place("Artifact.get_to_file", 2, session, id)
  return asked(get_to_file(session, id, path))
end

function members.delete(...)
  local session, id = place("Artifact.delete", select("#", ...), ...)
  return asked(delete(session, id))
end

-- A page: {artifacts, next}. `query`: session_id, name, name_pattern, type, mime_type, tags, created_after, created_before,
-- min_size, max_size, limit, after.
local function query_of(query, what)
  local all = {}
  for name, value in next, options_of(query, what, listed) do
    if not (name == "session_id" and (value == "" or value == null)) then all[name] = value end
  end
  return all
end
function members.page(query) return asked(list(query_of(query, "Artifact.page"))) end
-- All that fit, or as many as `limit` says.
local function all_of(all)
  local found, left = array({}), all.limit
  repeat
    local page = asked(list(all))
    for i = 1, #page.artifacts do found[#found + 1] = page.artifacts[i] end
    all.after = page.next
    if left then
      left = left - #page.artifacts
      all.limit = left
    end
  until not page.next or left and left <= 0
  return found
end
function members.query(query) return all_of(query_of(query, "Artifact.query")) end
-- Those of a session, or of the current one.
function members.list(session)
  if type(session) == "table" and not kind(session) and not session.id then return members.query(session) end
  return all_of({ session_id = session_of(session, "Artifact.list") })
end
-- (session, name) or (name): the newest first.
function members.versions(...)
  local session, id = place("Artifact.versions", select("#", ...), ...)
  if not id.name then raise(say.takes_text("Artifact.versions", "(session, name): the name", "number")) end
  return all_of({ session_id = session or id.session_id, name = id.name })
end

-- (session, type, name, metadata): what is written goes to the store piece by piece.
local writers, numbers = {}, setmetatable({}, { __mode = "k" })
local writer_meta = { __metatable = false, __index = function(_, name) return guest.member(writers, name, "an artifact's writer") end }
local function number_of(writer, what)
  return numbers[writer] or raise(what .. ": the artifact's writer is closed")
end
function members.writer(session, kind_of, name, metadata)
  local options = in_words(with_metadata({ type = kind_of, name = name }, metadata, "Artifact.writer"), "Artifact.writer")
  local writer = setmetatable({}, writer_meta)
  numbers[writer] = asked(begin(session_of(session, "Artifact.writer"), options))
  return writer
end
function writers.write(writer, piece)
  local number = number_of(writer, "write")
  asked(append(number, bytes_of(piece, {}, "an artifact's writer")))
  return writer
end
-- All that is known of the artifact, which is there from here on.
function writers.close(writer)
  local number = number_of(writer, "close")
  numbers[writer] = nil
  return asked(finish(number))
end
-- Nothing is stored.
function writers.cancel(writer)
  local number = numbers[writer]
  numbers[writer] = nil
  return number ~= nil and asked(discard(number))
end
writer_meta.__close = function(writer) writers.cancel(writer) end

for name, known in next, guest.aliases.artifact do members[name] = members[known] end
