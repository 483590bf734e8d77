-- Providers as zigllms spells them: the operator's by their names, and settings for requests that a spell gives names.
-- Names: zigllms.provider.
-- After: provider.
local raw, guest = ...
local raise, text, say, nearest, options_of = guest.raise, guest.text, guest.messages, guest.nearest, guest.options
local llm, Provider = guest.llm_names, Provider
local type, next, sort = type, next, table.sort

local made = {} -- id -> its settings
local count, streams = 0, 0

-- The kind that "local" means: a server on this machine, by the operator's configuration.
local LOCAL = "ollama"

local function named(settings, what)
  local found = options_of({}, settings, what)
  local wanted = found.provider or found.type
  found.type, found.provider, found.name = nil, nil, nil
  if wanted == nil then return found end
  wanted = wanted == "local" and LOCAL or text(wanted)
  local all = Provider.list()
  found.provider = wanted -- the host says what there is not, when it is asked
  for i = 1, #all do
    if all[i].kind == wanted then found.provider = all[i].name end
  end
  for i = 1, #all do
    if all[i].name == wanted then found.provider = wanted end
  end
  return found
end

local function own(id, what)
  local found = made[text(id) or 0]
  if found then return found end
  local known = {}
  for name in next, made do known[name] = true end
  raise("zigllms.provider." .. what .. ": " .. say.no_provider(text(id) or type(id), nearest(text(id) or "", known)))
end

-- The name that a provider has for the host.
local function host_name(id) return made[text(id) or 0] and made[text(id)].provider or id end

local provider = guest.zigllms.provider
function provider.create(settings)
  if type(settings) ~= "table" then raise(say.no_options("zigllms.provider.create", type(settings))) end
  local found = named(settings, "zigllms.provider.create")
  count = count + 1
  local id = text(settings.name) or "provider-" .. count
  made[id] = found
  return id
end
function provider.configure(id, settings)
  local found, changes = own(id, "configure"), named(settings, "zigllms.provider.configure")
  for key, value in next, changes do found[key] = value end
  return true
end
function provider.destroy(id)
  own(id, "destroy")
  made[text(id)] = nil
  return true
end

local function request_of(messages, options, what)
  local request, settings = {}, {}
  if text(messages) then messages = { { role = "user", content = text(messages) } } end
  for key, value in next, options or {} do
    if (key == "provider" or key == "id") and made[text(value) or 0] then settings = made[text(value)]
    else request[key] = value end
  end
  local merged = options_of({}, request, what)
  for key, value in next, settings do
    if merged[key] == nil then merged[key] = value end
  end
  merged.messages = messages
  return merged
end

function provider.chat(messages, options) return llm.complete(request_of(messages, options, "zigllms.provider.chat")) end
-- Calls the function with each piece; false stops. Gives an id when the last has come.
function provider.stream(messages, on_piece, options)
  if type(on_piece) ~= "function" then raise(say.takes_function("zigllms.provider.stream", type(on_piece))) end
  llm.stream(request_of(messages, options, "zigllms.provider.stream"), on_piece)
  streams = streams + 1
  return "stream-" .. streams
end

-- Those of the operator that this spell may use, and its own.
function provider.list()
  local ids, all = {}, Provider.list()
  for i = 1, #all do ids[#ids + 1] = all[i].name end
  local first = #ids
  local mine = {}
  for id in next, made do mine[#mine + 1] = id end
  sort(mine)
  for i = 1, #mine do ids[first + i] = mine[i] end
  return ids
end
function provider.get(id)
  local settings = made[text(id) or 0]
  local found = Provider.get(host_name(id) or "")
  if not found and not settings then return nil end
  found = found or {}
  found.id, found.settings = text(id), settings
  found.status = (settings and settings.provider == nil or found.enabled) and provider.Status.ACTIVE or provider.Status.INACTIVE
  return found
end
function provider.get_models(id) return Provider.get_models(host_name(id)) end
function provider.get_capabilities(id) return Provider.get_capabilities(host_name(id)) end
provider.get_default, provider.set_default = llm.get_provider, llm.set_provider
provider.complete, provider.exists = provider.chat, function(id) return made[text(id) or 0] ~= nil or Provider.exists(id) end
return guest.open_names(provider, "zigllms.provider")
