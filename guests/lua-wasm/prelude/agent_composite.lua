-- Agents made of agents.
-- After: agent_names.
local raw, guest = ...
local spawn, all_of, within_time = Task.spawn, Task.all, Task.timeout
local raise, text, need, snake = guest.raise, guest.text, guest.need_agent, guest.snake
local type, next, pcall, error, tostring = type, next, pcall, error, tostring
local concat, lower, gsub = table.concat, string.lower, string.gsub
local Names, agents = guest.agent_names, guest.agents
local kind = guest.kind

-- Token counts. What was paid is in the ledger.
local function sum(replies)
  local all = {}
  for i = 1, #replies do
    for key, value in next, replies[i].usage or {} do
      if type(value) == "number" then all[key] = (all[key] or 0) + value end
    end
  end
  return all
end

local function outputs(replies, members)
  local all = {}
  for i = 1, #replies do all[i] = { agent = members[i].name, text = replies[i].text } end
  return all
end

local function in_turn(prompt, members)
  local replies = {}
  for i = 1, #members do
    replies[i] = members[i]:run(prompt)
    prompt = replies[i].text
  end
  return replies
end

local function at_once(prompt, members)
  local tasks = {}
  for i = 1, #members do tasks[i] = spawn(function() return members[i]:run(prompt) end) end
  return all_of(tasks)
end

local routings = {}

function routings.sequential(prompt, members)
  local replies = in_turn(prompt, members)
  return replies[#replies].text, replies
end

function routings.parallel(prompt, members)
  local replies, texts = at_once(prompt, members), {}
  for i = 1, #replies do texts[i] = replies[i].text end
  return concat(texts, "\n\n"), replies
end

-- The answer that most give, the first of those; `threshold` is the share that has to agree (0 to 1).
function routings.vote(prompt, members, routing)
  local replies, counts, best = at_once(prompt, members), {}, nil
  for i = 1, #replies do
    local vote = lower(gsub(gsub(replies[i].text, "^%s+", ""), "[%s%.!]+$", ""))
    local count = (counts[vote] or { n = 0, reply = replies[i] })
    count.n, counts[vote] = count.n + 1, count
    if not best or count.n > best.n then best = count end
  end
  local share = best.n / #members
  if routing.threshold and share < routing.threshold then
    error(guest.failure("invalid-output", "the agents do not agree: at most " .. best.n .. " of " .. #members .. " give the same answer"), 0)
  end
  return best.reply.text, replies
end

-- A function of (prompt, agents) chooses: it gives an answer, or the name or position of the agent to ask.
function routings.custom(prompt, members, routing)
  local chosen = routing.router(prompt, members)
  if type(chosen) == "number" then chosen = members[chosen] or raise("the routing function chose agent " .. chosen .. " of " .. #members) end
  if text(chosen) then
    for i = 1, #members do
      if members[i].name == text(chosen) then chosen = members[i] break end
    end
  end
  if not agents[chosen] then return text(chosen) or raise("a routing function gives a text, or the name or position of an agent"), {} end
  local reply = chosen:run(prompt)
  return reply.text, { reply }
end

local aliases = guest.aliases.routing

local function read_routing(routing)
  if routing == nil then routing = "sequential" end
  if type(routing) == "function" then routing = { strategy = "custom", router = routing } end
  if text(routing) then routing = { strategy = text(routing) } end
  if type(routing) ~= "table" then raise("Agent.create_composite takes a routing: a word, a function or a table") end
  local read, known = {}, { strategy = "string", router = "function", fallback_agent = true, timeout_ms = "number", threshold = "number" }
  for key, value in next, routing do
    local name = aliases[snake(key)] or snake(key)
    if not known[name] then raise(guest.messages.no_member("a routing", tostring(key), guest.nearest(tostring(name), known))) end
    if known[name] ~= true and type(value) ~= known[name] then raise("a routing's " .. name .. " must be a " .. known[name]) end
    read[name] = value
  end
  read.strategy = snake(read.strategy or "sequential")
  if not routings[read.strategy] then raise("there is no routing '" .. read.strategy .. "'" .. guest.nearest(read.strategy, routings)) end
  if read.strategy == "custom" and not read.router then raise("custom routing takes a function as its `router`") end
  return read
end

-- An agent whose runs are runs of others: "sequential" (each gets the answer of the one before), "parallel", "vote" or a
-- function; or {strategy, fallback_agent, timeout_ms, threshold, router}. The fallback answers where the others fail.
function Names.create_composite(name, list, routing)
  if not text(name) then raise("Agent.create_composite takes a name, agents and a routing") end
  if type(list) ~= "table" or kind(list) or list[1] == nil then raise("Agent.create_composite takes a list of agents or their names") end
  local members = {}
  for i = 1, #list do members[i] = need(list[i], "Agent.create_composite") end
  local read = read_routing(routing)
  local fallback = read.fallback_agent and need(read.fallback_agent, "Agent.create_composite")
  local function go(prompt)
    local answer, replies = routings[read.strategy](prompt, members, read)
    return { text = answer, outputs = outputs(replies, members), usage = sum(replies), routing = read.strategy }
  end
  local function bounded(prompt)
    if not read.timeout_ms then return go(prompt) end
    return within_time(read.timeout_ms, function() return go(prompt) end)
  end
  return guest.function_agent(name, function(prompt)
    if type(prompt) == "table" then raise("an agent made of agents takes a text") end
    if not fallback then return bounded(prompt) end
    local ok, answer = pcall(bounded, prompt)
    if ok then return answer end
    local reply = fallback:run(prompt)
    return { text = reply.text, outputs = outputs({ reply }, { fallback }), usage = sum({ reply }), routing = "fallback" }
  end, nil, "composite")
end
