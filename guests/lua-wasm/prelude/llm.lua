-- llm: single requests to a model.
-- After: agent_stream.
local raw, guest = ...
raw = raw.agent
local array, spawn = JSON.array, Task.spawn
local complete, providers = raw.complete, raw.providers
local drive, raise, text, kind, mark, stream = guest.drive, guest.raise, guest.text, guest.kind, guest.mark, guest.stream
local options_of, take_prompt = guest.options, guest.take_prompt
local type, pcall, error, tostring, insert, next = type, pcall, error, tostring, table.insert, next
local find = string.find

local members = {}
llm = guest.open_names(members, "llm")
guest.llm_names = members

local provider -- that llm.set_provider chose

-- A request for the host from messages, or from a prompt with system and images.
local function request_of(given, what)
  if not text(given) and type(given) == "table" and given[1] ~= nil and not kind(given) then given = { messages = given } end
  local request = options_of({}, text(given) and { prompt = given } or given, what)
  local prompt, system = take_prompt(request, what), request.system
  request.system = nil
  if prompt ~= nil or system ~= nil then
    local messages, said = {}, request.messages or {}
    if type(said) ~= "table" then raise(what .. ": messages must be a list of {role, content}") end
    if system ~= nil then messages[1] = { role = "system", content = system } end
    for i = 1, #said do insert(messages, said[i]) end
    if type(prompt) == "table" then
      local parts = array({})
      if prompt.text then insert(parts, { type = "text", text = prompt.text }) end
      for i = 1, #prompt.images do
        local image = { type = "image" }
        for key, value in next, prompt.images[i] do image[key] = value end
        insert(parts, image)
      end
      prompt = parts
    end
    if prompt ~= nil then insert(messages, { role = "user", content = prompt }) end
    request.messages = messages
  end
  if provider and request.provider == nil and not find(text(request.model) or "", "/", 1, true) then request.provider = provider end
  return request
end

guest.request_of = request_of

local function ask(given, what) return mark(drive(complete(request_of(given, what))), "reply") end

-- The text, or nil and a message.
local function text_or_problem(given, what)
  local ok, reply = pcall(ask, given, what)
  if ok then return reply.text end
  if kind(reply) == "failure" then return nil, tostring(reply) end
  error(reply, 0)
end

-- A table of messages or a request gives a reply, or raises; a text gives a text, or nil and a message.
function members.complete(request, more)
  if not text(request) then return ask(request, "llm.complete") end
  if type(more) == "table" then return text_or_problem(options_of({ prompt = request }, more, "llm.complete"), "llm.complete") end
  return text_or_problem({ prompt = request, max_tokens = more }, "llm.complete")
end
members.chat, members.generate = members.complete, members.complete

function members.agent(definition) return guest.create_agent(definition, "llm.agent") end

-- (request), an iterator, or (request, function): as agent:stream.
function members.stream(request, on_piece)
  return stream(function()
    local all = request_of(request, "llm.stream")
    all.stream = true
    return complete(all)
  end, on_piece)
end

-- Gives nil, or a message. The function gets texts; one that it returns, or false, stops.
function members.stream_chat(prompt, on_text)
  if type(on_text) ~= "function" then raise("llm.stream_chat takes a function that gets the pieces, not a " .. type(on_text)) end
  local ok, problem = pcall(members.stream, prompt, function(piece)
    if piece.text == "" then return end
    local stop = on_text(piece.text)
    if stop == false or text(stop) then return false end
  end)
  if ok then return nil end
  if kind(problem) == "failure" then return tostring(problem) end
  error(problem, 0)
end

local function in_task(main)
  return function(...) return spawn(main, ...) end
end
members.complete_async, members.chat_async = in_task(members.complete), in_task(members.complete)
members.complete_promise, members.chat_promise = members.complete_async, members.chat_async

-- Names, as far as this spell may use a model of theirs.
function members.list_providers()
  local names, all = {}, providers()
  for i = 1, #all do names[i] = all[i].name end
  return names
end

function members.get_provider()
  if provider then return provider end
  local all = providers()
  for i = 1, #all do
    if all[i].default then return all[i].name end
  end
end

-- For requests of llm that name none.
function members.set_provider(name)
  local known, all = {}, providers()
  for i = 1, #all do known[all[i].name] = true end
  name = text(name) or raise("llm.set_provider takes a provider's name")
  if all[1] and not known[name] then raise(guest.messages.no_provider(name, guest.nearest(name, known))) end
  provider = name
  return true
end

for name, known in next, guest.aliases.llm do members[name] = members[known] end
