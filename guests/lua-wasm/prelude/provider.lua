-- Provider, and what llm tells of models: only what this spell may use. llm.embed and llm.rerank.
-- After: llm.
local raw, guest = ...
raw = raw.agent
local providers, embed, rerank, drive = raw.providers, raw.embed, raw.rerank, guest.drive
local raise, text, options_of, nearest = guest.raise, guest.text, guest.options, guest.nearest
local type, next, insert = type, next, table.insert
local llm_names, members = guest.llm_names, {}

Provider = guest.open_names(members, "Provider")

local function capabilities(one)
  local ids, found = {}, {}
  for i = 1, #one.models do ids[i] = one.models[i].id end
  for name, has in next, one.capabilities do found[name], found["supports_" .. name] = has, has end
  found.supports_multimodal = one.capabilities.images
  found.max_context_tokens, found.available_models = one.max_context_tokens, ids
  return found
end

local function show(one)
  return {
    name = one.name, kind = one.kind, type = one.kind, enabled = one.available, default = one.default,
    default_model = one.default_model, models = one.models, capabilities = capabilities(one),
  }
end

local function find(name, what)
  local all, known = providers(), {}
  local wanted = text(name) or raise(what .. " takes a provider's name")
  for i = 1, #all do
    if all[i].name == wanted then return all[i] end
    known[all[i].name] = true
  end
  return nil, nearest(wanted, known)
end

local function need(name, what)
  local one, hint = find(name, what)
  return one or raise(what .. ": " .. guest.messages.no_provider(text(name), hint))
end

function members.list()
  local all = providers()
  for i = 1, #all do all[i] = show(all[i]) end
  return all
end
-- Nil if there is none that this spell may use.
function members.get(name)
  local one = find(name, "Provider.get")
  return one and show(one)
end
function members.exists(name) return find(name, "Provider.exists") ~= nil end
function members.is_available(name)
  local one = find(name, "Provider.is_available")
  return one ~= nil and one.available
end
function members.get_capabilities(name) return capabilities(need(name, "Provider.get_capabilities")) end
function members.get_models(name) return need(name, "Provider.get_models").models end
function members.get_default() return llm_names.get_provider() end
members.list_models = members.get_models

-- "provider/model" of all models that are known and granted, or of one provider's.
function llm_names.list_models(provider)
  local names, all = {}, provider and { need(provider, "llm.list_models") } or providers()
  for i = 1, #all do
    for j = 1, #all[i].models do insert(names, all[i].name .. "/" .. all[i].models[j].id) end
  end
  return names
end
llm_names.models = llm_names.list_models

-- A text gives its vector, a list of texts theirs; a table with `input` gives all that there is to say.
function llm_names.embed(input, options)
  if text(input) then return drive(embed(options_of({ input = text(input) }, options, "llm.embed"))).embeddings[1] end
  if type(input) ~= "table" then raise("llm.embed takes a text, a list of texts, or a table with `input`") end
  if input[1] ~= nil or next(input) == nil then
    return drive(embed(options_of({ input = input }, options, "llm.embed"))).embeddings
  end
  local request = options_of({}, input, "llm.embed")
  for _, name in next, { "text", "texts" } do
    if request[name] ~= nil and request.input == nil then request.input, request[name] = request[name], nil end
  end
  local found = drive(embed(request))
  found.embedding = found.embeddings[1]
  return found
end
llm_names.embedding, llm_names.embeddings = llm_names.embed, llm_names.embed

-- ({query, documents, top, ...}) or (query, documents, options): {results = {{index, score, document}}}, the best first;
-- indexes count from 1.
function llm_names.rerank(query, documents, options)
  local request
  if text(query) then request = options_of({ query = text(query), documents = documents }, options, "llm.rerank")
  else request = options_of({}, query, "llm.rerank") end
  if request.top_k ~= nil and request.top == nil then request.top, request.top_k = request.top_k, nil end
  if request.top_n ~= nil and request.top == nil then request.top, request.top_n = request.top_n, nil end
  local found = drive(rerank(request))
  for i = 1, #found.results do found.results[i].index = found.results[i].index + 1 end
  return found
end
