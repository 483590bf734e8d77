-- llm and Agent: one request to a model, and models with instructions of their own. Many spellings of two host calls.
local raw, guest = ...
local create, run, describe, complete = raw.create, raw.run, raw.describe, raw.complete
local drive, raise, text, kind, mark = guest.drive, guest.raise, guest.text, guest.kind, guest.mark
local type, error, pcall, next, rawequal, tostring, setmetatable = type, error, pcall, next, rawequal, tostring, setmetatable
local gsub, lower, insert = string.gsub, string.lower, table.insert
raw.setup()

local aliases = { system_prompt = "system" }

local function snake(key)
  if type(key) ~= "string" then return key end
  key = gsub(key, "%u", function(letter) return "_" .. lower(letter) end)
  return aliases[key] or key
end

-- Adds `options` to `all`, in the host's spelling. The host says what it does not know.
local function add_options(all, options, what)
  if options == nil then return all end
  if type(options) ~= "table" or kind(options) then raise(what .. " takes a table of options, not a " .. type(options)) end
  for key, value in next, options do
    local name = snake(key)
    if all[name] ~= nil then raise(what .. ": " .. tostring(name) .. " is given twice") end
    all[name] = value
  end
  return all
end

local prompt_names = { "prompt", "text", "input", "message" }

-- Takes the prompt out of a table, whatever it is called there.
local function take_prompt(options, what)
  local prompt
  for i = 1, #prompt_names do
    local name = prompt_names[i]
    if options[name] ~= nil then
      if prompt ~= nil then raise(what .. ": " .. name .. " is a second prompt") end
      prompt, options[name] = options[name], nil
    end
  end
  return prompt
end

local function reply_of(operation) return mark(drive(operation), "reply") end

llm = {}

local function complete_request(request)
  request = add_options({}, request, "llm.complete")
  local prompt, system = take_prompt(request, "llm.complete"), request.system
  request.system = nil
  if prompt ~= nil or system ~= nil then
    local messages = {}
    if system ~= nil then messages[1] = { role = "system", content = system } end
    local given = request.messages or {}
    for i = 1, #given do insert(messages, given[i]) end
    if prompt ~= nil then insert(messages, { role = "user", content = prompt }) end
    request.messages = messages
  end
  return reply_of(complete(request))
end

-- A text gives a text, or nil and a message; a table gives a reply, or raises.
function llm.complete(request, max_tokens)
  local prompt = text(request)
  if not prompt then return complete_request(request) end
  local ok, reply = pcall(complete_request, { prompt = prompt, max_tokens = max_tokens })
  if ok then return reply.text end
  if kind(reply) == "failure" then return nil, tostring(reply) end
  error(reply, 0)
end
llm.chat = llm.complete

local handles = setmetatable({}, { __mode = "k" }) -- out of the spell's reach
local methods, meta = {}, { __name = "agent", __metatable = false }

local function handle_of(agent)
  local handle = handles[agent]
  if not handle then raise("not an agent: call its methods with a colon, as agent:run(prompt)") end
  return handle
end

function methods.describe(agent) return describe(handle_of(agent)) end

function methods.run(agent, prompt, options)
  local handle, all = handle_of(agent), {}
  if not text(prompt) and type(prompt) == "table" then
    add_options(all, prompt, "agent:run")
    prompt = take_prompt(all, "agent:run")
  end
  local asked = text(prompt)
  if not asked then raise("agent:run takes a prompt: a text, or a table with `prompt`") end
  add_options(all, options, "agent:run")
  return reply_of(run(handle, asked, all))
end

for _, name in next, { "execute", "invoke", "complete", "chat" } do methods[name] = methods.run end
methods.get_config, methods.getConfig = methods.describe, methods.describe

function meta.__index(agent, key)
  if key == "name" or key == "model" then return describe(handle_of(agent))[key] end
  return methods[key]
end
function meta.__tostring(agent) return "agent: " .. tostring(agent.name) end

Agent = {}
function Agent.create(definition)
  local handle, failure = create(add_options({}, definition, "Agent.create"))
  if not handle then error(failure, 0) end
  local agent = setmetatable({}, meta)
  handles[agent] = handle
  return agent
end
Agent.new, Agent.createAsync, Agent.create_async, llm.agent = Agent.create, Agent.create, Agent.create, Agent.create
local create_agent = Agent.create

local settings = {
  name = true, description = true, provider = true, model = true, system = true, temperature = true,
  max_tokens = true, top_p = true, stop = true, seed = true,
}

function Agent.builder()
  local definition, builder = {}, {}
  local function index(_, key)
    local name = snake(key)
    if name == "build" then return function() return create_agent(definition) end end
    if name == "api_key" then
      return function() raise("an agent takes no key: keys live in the operator's configuration") end
    end
    if not settings[name] then raise("an agent's builder has no method `" .. tostring(key) .. "`") end
    return function(first, second)
      -- Called with a colon or, as some spells do, with a dot.
      if rawequal(first, builder) then first = second end
      definition[name] = first
      return builder
    end
  end
  return setmetatable(builder, { __index = index, __metatable = false })
end
