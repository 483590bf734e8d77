-- Memory.semantic: what is known, found by its words and, where the collection has a model, by its meaning. It is a collection of
-- RAG named "memory". Memory.stats.
-- After: memory, rag.
local raw, guest = ...
local recall = raw.memory.recall
local raise, text, kind, say, members, semantic = guest.raise, guest.text, guest.kind, guest.messages, guest.memory_names, guest.memory_semantic
local search, collections = RAG.search, RAG.list_collections
local sessions, next, type, error = Session.list, next, type, error

local COLLECTION = "memory"
local known = guest.collection(COLLECTION)

-- (text, metadata) or {text or content, metadata, id}: its id.
function semantic.add(given, metadata)
  local document
  if text(given) then document = { text = text(given), metadata = metadata }
  elseif type(given) == "table" and not kind(given) then
    document = { text = text(given.text) or text(given.content), metadata = given.metadata or metadata, id = given.id }
  end
  if not document or not document.text then raise(say.takes_text("Memory.semantic.add", "(text, metadata): the text", type(given))) end
  local done = known:ingest(document)
  return done.ids and done.ids[1] or true
end

local function is_there()
  for _, one in next, collections(COLLECTION) do
    if (type(one) == "table" and one.collection or one) == COLLECTION then return true end
  end
  return false
end

-- (text, limit or options of RAG.search): {{id, content, score, metadata}}, the best first.
function semantic.query(query, options)
  local all = type(options) == "number" and { limit = options } or {}
  if type(options) == "table" then for key, value in next, options do all[key] = value end end
  query = text(query) or raise(say.takes_text("Memory.semantic.query", "(text, limit): the text", type(query)))
  if not is_there() then return JSON.array({}) end
  return known:search(query, all).results
end
semantic.search = semantic.query
-- An id or a list of them: {deleted, missing}.
function semantic.forget(ids) return known:delete(ids) end
semantic.delete = semantic.forget

local sources = guest.context_sources
sources.semantic = semantic.query
function sources.rag(query, limit) return search(query, { limit = limit }).results end

local MOST = 100 -- pages of a session, and sessions, that are counted: of more, `truncated` says so

local function count(session)
  local found, after = 0, 0
  for _ = 1, MOST do
    local page, failure = recall(session, { after = after, limit = 100 })
    if failure then error(failure, 0) end
    local some = page.entries
    found, after = found + #some, #some > 0 and some[#some].number or after
    if #some < 100 then return found, false end
  end
  return found, true
end

-- How much there is: of the memory that belongs to no session, and of each session.
function members.stats()
  local episodic, truncated = count(nil)
  local all, waiting = sessions({ limit = MOST }), 0
  truncated = truncated or #all == MOST
  for _, session in next, all do
    local own, is_cut = count(session.id)
    episodic, truncated = episodic + own, truncated or is_cut
    if own > 20 then waiting = waiting + 1 end
  end
  local documents = is_there() and known:get_stats().document_count or 0
  return {
    episodic_count = episodic, semantic_count = documents, sessions_with_unprocessed = waiting, truncated = truncated,
    has_episodic = true, has_semantic = true, has_consolidation = true,
  }
end
members.get_stats = members.stats
