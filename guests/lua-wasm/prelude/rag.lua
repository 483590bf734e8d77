-- RAG: collections of documents that are found by their words and by vectors.
-- After: names, provider.
local raw, guest = ...
local providers = raw.agent.providers
raw = raw.rag
local create, ingest, search, delete, stats, list, remove, rebuild = raw.create, raw.ingest, raw.search, raw.delete, raw.stats, raw.list, raw.remove, raw.rebuild
local drive, raise, text, kind, snake, say = guest.drive, guest.raise, guest.text, guest.kind, guest.snake, guest.messages
local array, next, type, max, setmetatable = JSON.array, next, type, math.max, setmetatable
local find, match, sub = string.find, string.match, string.sub
local a = guest.aliases
local of_settings, of_chunking, of_document, of_search = a.rag_settings, a.rag_chunking, a.rag_document, a.rag_search
local places, settings, idle = guest.sets.rag_place, guest.sets.rag_settings, guest.sets.rag_idle

local members, methods = {}, {}
local defaults = {} -- what RAG.configure sets
local known = setmetatable({}, { __mode = "k" }) -- the collections that RAG.create gave
RAG = guest.open_names(members, "RAG")

-- The fields of a table, in the host's words.
local function fields(given, what, same)
  if given == nil then return {} end
  if type(given) ~= "table" or kind(given) then raise(say.takes_table(what, type(given))) end
  local all = {}
  for key, value in next, given do
    key = snake(key)
    key = same[key] or key
    if all[key] ~= nil then raise(say.given_twice(what, key)) end
    all[key] = value
  end
  return all
end

local function name_of(name, what, which)
  return text(name) or raise(say.takes_text(what, which, type(name)))
end

local function tenant_of(name, what)
  return "tenant:" .. (match(name_of(name, what, "a tenant's name"), "^tenant:(.+)$") or text(name))
end

-- "default", a collection's name, "scope:id", or below "tenant:NAME/".
local function place(all, what)
  local tenant, scope, id, collection = all.tenant_id, all.scope, all.scope_id, all.collection
  all.tenant_id, all.scope, all.scope_id, all.collection = nil, nil, nil, nil
  local name = collection ~= nil and name_of(collection, what, "a collection's name") or nil
  if scope ~= nil and scope ~= "global" then
    scope = name_of(scope, what, "a scope")
    if id ~= nil then scope = scope .. ":" .. name_of(id, what, "a scope's id") end
    name = name and scope .. "/" .. name or scope
  end
  if tenant == nil then return name or "default" end
  tenant = tenant_of(tenant, what)
  return name and tenant .. "/" .. name or tenant
end

-- What RAG.configure set, field by field, where nothing else is said.
local function with_defaults(all)
  for key, value in next, defaults do
    if all[key] == nil then all[key] = value end
  end
  return all
end

-- (scope, id), (name) or {tenant_id, scope, scope_id, collection}.
local function place_of(given, id, what)
  if given == nil then return place(with_defaults({}), what) end
  if known[given] then return known[given] end
  if type(given) == "table" and not kind(given) then return place(with_defaults(fields(given, what, of_settings)), what) end
  if id ~= nil then return place({ scope = given, scope_id = id }, what) end
  given = name_of(given, what, "a collection's name")
  return given == "global" and "default" or given
end

-- What of these is a setting of the collection.
local function settings_in(all, what)
  local storage = all.vector_storage ~= nil and fields(all.vector_storage, what .. ": vector_storage", of_settings) or {}
  all.vector_storage = nil
  for key, value in next, storage do
    if not idle[key] and all[key] == nil then all[key] = value end
  end
  local provider = all.embedding_provider
  all.embedding_provider = nil
  if provider ~= nil and all.model == nil then all.model = provider
  elseif provider ~= nil and not find(name_of(all.model, what, "a model's name"), "/", 1, true) then
    all.model = name_of(provider, what, "a provider's name") .. "/" .. text(all.model)
  end
  local own = {}
  for key, value in next, all do
    if settings[key] then own[key], all[key] = value, nil elseif idle[key] then all[key] = nil end
  end
  if own.model ~= nil and own.model ~= "none" and own.model ~= "lexical" and not find(name_of(own.model, what, "a model's name"), "/", 1, true) then
    raise(say.no_vector_model(what, text(own.model)))
  end
  if own.chunking ~= nil then own.chunking = fields(own.chunking, what .. ": chunking", of_chunking) end
  return own
end

local function end_of(all, what, known)
  local name = next(all)
  if name ~= nil then raise(say.no_option(what, text(name) or "?", guest.nearest(text(name) or "?", known))) end
end

local function instance(about)
  known[about] = about.collection
  about.search_mode, about.search = about.search, nil -- that is a method
  return setmetatable(about, methods)
end

-- The collection of this very name, whatever RAG.configure says.
function guest.collection(name) return instance({ collection = name }) end

-- {collection or tenant_id or scope and scope_id, model or embedding_provider, chunking, metric, ...}: the collection, with its
-- methods.
function members.create(given)
  local all = with_defaults(fields(given, "RAG.create", of_settings))
  local collection = place(all, "RAG.create")
  local own = settings_in(all, "RAG.create")
  end_of(all, "RAG.create", settings)
  return instance(drive(create(collection, own)))
end

local function document(given, what)
  if text(given) then return { text = text(given) } end
  local one = fields(given, what, of_document)
  if one.url ~= nil then raise(what .. ": " .. say.no_addresses()) end
  local metadata = one.metadata
  if one.id == nil and type(metadata) == "table" and not kind(metadata) then one.id = metadata.document_id or metadata.id end
  if one.id ~= nil then one.id = name_of(one.id, what, "an id") end
  return one
end

local function documents(given, what)
  local all = array({})
  if text(given) or type(given) == "table" and not kind(given) and given[1] == nil and next(given) ~= nil then
    all[1] = document(given, what)
  elseif type(given) == "table" and not kind(given) then
    for i = 1, #given do all[i] = document(given[i], what .. ": document " .. i) end
  else raise(say.takes_documents(what, type(given))) end
  return all
end

local function ingest_into(collection, given, own, what, progress)
  if progress ~= nil and type(progress) ~= "function" then raise(say.takes_function(what .. ": on_progress", type(progress))) end
  local done = drive(ingest(collection, documents(given, what), own), progress and function(step) progress(step) end)
  done.success, done.documents_processed, done.total_tokens = true, done.documents, done.tokens
  done.vectors_created, done.vectors_indexed, done.chunks_created = done.vectors, done.vectors, done.chunks
  return done
end

local function ingest_with(given, options, what)
  local all = with_defaults(fields(options, what, of_settings))
  local progress = all.on_progress
  all.on_progress = nil
  local collection = place(all, what)
  local own = settings_in(all, what)
  end_of(all, what, settings)
  return ingest_into(collection, given, own, what, progress)
end

-- A text, a document {id, text or file, metadata}, or a list of these.
function members.ingest(given, options) return ingest_with(given, options, "RAG.ingest") end
-- As `ingest`, into a tenant's collection.
function members.ingest_documents(tenant, given, options)
  local all = fields(options, "RAG.ingest_documents", of_settings)
  all.tenant_id = tenant
  return ingest_with(given, all, "RAG.ingest_documents")
end
function members.ingest_file(path, options)
  return ingest_with({ file = name_of(path, "RAG.ingest_file", "a path") }, options, "RAG.ingest_file")
end

-- {success, total, results = {{id, text, score, metadata, ...}}, search, notes}
local function search_in(collection, query, all, what)
  query = name_of(query, what, "a query")
  local notes = all.notes
  all.notes, all.query = nil, nil
  local found = drive(search(collection, query, all))
  for i = 1, #found.results do found.results[i].content = found.results[i].text end
  if notes then
    found.notes = found.notes or array({})
    found.notes[#found.notes + 1] = notes
  end
  found.success = true
  return found
end

-- (query, options) or ({query, ...}).
local function asked(query, options, what)
  if type(query) == "table" and not kind(query) then
    local all = fields(query, what, of_search)
    for key, value in next, fields(options, what, of_search) do all[key] = value end
    return all.query, all
  end
  return query, fields(options, what, of_search)
end

local function place_in(all, what)
  local own = { tenant_id = all.tenant_id or all.tenant, scope = all.scope, scope_id = all.scope_id, collection = all.collection }
  all.tenant_id, all.tenant, all.scope, all.scope_id, all.collection = nil, nil, nil, nil, nil
  return place(with_defaults(own), what)
end

function members.search(query, options)
  local words, all = asked(query, options, "RAG.search")
  return search_in(place_in(all, "RAG.search"), words, all, "RAG.search")
end

local function with_chunks(found)
  found.chunks = found.results
  return found
end

-- As `search`, in a tenant's or another collection; the results are `chunks` as well.
function members.retrieve(where, query, options)
  local words, all = asked(query, options, "RAG.retrieve")
  return with_chunks(search_in(place_of(where, nil, "RAG.retrieve"), words, all, "RAG.retrieve"))
end

-- As `retrieve`, with what was said before: `turns`, of which the last `conversation_memory_turns` count.
function members.retrieve_with_context(where, session, query, options)
  local what = "RAG.retrieve_with_context"
  local words, all = asked(query, options, what)
  local most, turns = all.conversation_memory_turns, all.turns
  all.conversation_memory_turns = nil
  if turns == nil then all.notes = say.no_turns() else
    if type(turns) ~= "table" or kind(turns) then raise(what .. ": turns must be a list of texts, not a " .. type(turns)) end
    local last = array({})
    for i = max(1, #turns - (type(most) == "number" and most or #turns) + 1), #turns do
      local turn = turns[i]
      if type(turn) == "table" and not kind(turn) then turn = turn.content or turn.text end
      last[#last + 1] = name_of(turn, what, "a turn")
    end
    all.turns = last
  end
  return with_chunks(search_in(place_of(where, nil, what), words, all, what))
end

local function with_names(about)
  about.storage_size_mb, about.avg_retrieval_time = about.text_bytes / 1048576, about.average_search_ms
  about.total_documents, about.total_vectors = about.document_count, about.model and about.chunk_count or 0
  return about
end

function members.get_stats(where, id) return with_names(drive(stats(place_of(where, id, "RAG.get_stats")))) end

-- Ids, {document_ids} or {filter}: {deleted, missing}
local function which(given, what)
  if text(given) then return { ids = array({ text(given) }) } end
  if type(given) == "table" and not kind(given) and (given[1] ~= nil or next(given) == nil) then return { ids = given } end
  return fields(given, what, of_search)
end
function members.delete_documents(where, given)
  return drive(delete(place_of(where, nil, "RAG.delete_documents"), which(given, "RAG.delete_documents")))
end
function members.delete(given, options)
  local all = fields(options, "RAG.delete", of_settings)
  return drive(delete(place(with_defaults(all), "RAG.delete"), which(given, "RAG.delete")))
end

-- How many documents there were.
function members.cleanup_tenant(tenant) return drive(remove(tenant_of(tenant, "RAG.cleanup_tenant"), true)).documents end
function members.cleanup_scope(scope, id) return drive(remove(place_of(scope, id, "RAG.cleanup_scope"), true)).documents end
function members.cleanup(where) return drive(remove(place_of(where, nil, "RAG.cleanup"), false)).documents end

function members.list_collections(prefix)
  return drive(list(prefix == nil and "" or name_of(prefix, "RAG.list_collections", "the beginning of names")))
end

-- What can give vectors, and "lexical", which needs none: {{name, available}}
function members.list_providers()
  local all = array({ { name = "lexical", available = true } })
  local known = providers()
  for i = 1, #known do
    if known[i].capabilities.embeddings then all[#all + 1] = { name = known[i].name, available = true } end
  end
  return all
end

-- Other settings for a collection that is there: everything is cut and embedded anew.
function members.rebuild(where, given)
  local all = fields(given, "RAG.rebuild", of_settings)
  local own = settings_in(all, "RAG.rebuild")
  end_of(all, "RAG.rebuild", settings)
  return instance(drive(rebuild(place_of(where, nil, "RAG.rebuild"), own)))
end

-- What later calls take where they say nothing else.
function members.configure(given)
  local all = fields(given, "RAG.configure", of_settings)
  for key in next, all do
    if not settings[key] and not places[key] and not idle[key] then
      raise(say.no_option("RAG.configure", text(key) or "?", guest.nearest(text(key) or "?", settings)))
    end
  end
  defaults = all
  return true
end

-- What is acknowledged is kept already.
function members.save() return true end

local function session(id, ttl, what)
  if ttl ~= nil then raise(what .. ": " .. say.no_expiry()) end
  return instance(drive(create(place({ scope = "session", scope_id = id }, what), {})))
end
function members.create_session_collection(id, ttl) return session(id, ttl, "RAG.create_session_collection") end
function members.configure_session(given)
  local all = fields(given, "RAG.configure_session", of_settings)
  return session(all.session_id, all.vector_ttl, "RAG.configure_session")
end

for name, known in next, a.rag do members[name] = members[known] end

-- Methods of what RAG.create gives.
local own = {}
methods.__index = function(_, name) return guest.member(own, name, "a collection") end
methods.__metatable = false
local function collection_of(self, what)
  return known[self] or raise(what .. ": call it on a collection, as rag:" .. sub(what, 5) .. "()")
end
function own:ingest(given, options)
  local all = fields(options, "rag:ingest", of_settings)
  return ingest_into(collection_of(self, "rag:ingest"), given, {}, "rag:ingest", all.on_progress)
end
function own:ingest_file(path) return own.ingest(self, { file = name_of(path, "rag:ingest_file", "a path") }) end
function own:search(query, options)
  local words, all = asked(query, options, "rag:search")
  return search_in(collection_of(self, "rag:search"), words, all, "rag:search")
end
function own:retrieve(query, options) return with_chunks(own.search(self, query, options)) end
function own:get_stats() return with_names(drive(stats(collection_of(self, "rag:get_stats")))) end
function own:delete(given) return drive(delete(collection_of(self, "rag:delete"), which(given, "rag:delete"))) end
function own:rebuild(given) return members.rebuild(collection_of(self, "rag:rebuild"), given) end
function own:cleanup() return drive(remove(collection_of(self, "rag:cleanup"), false)).documents end
own.stats, own.delete_documents, own.ingest_documents = own.get_stats, own.delete, own.ingest
