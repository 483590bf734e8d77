-- Memory: what was said, kept beyond the run. Context: what of it fits into a prompt.
-- After: llm, session.
local raw, guest = ...
local count_tokens = raw.agent.count_tokens
raw = raw.memory
local add, recall, consolidate, forget = raw.add, raw.recall, raw.consolidate, raw.forget
local raise, text, kind, say, options_of, ask = guest.raise, guest.text, guest.kind, guest.messages, guest.stored_options, guest.llm_names.complete
local queried, consolidates, assembles = guest.sets.memory_query, guest.sets.memory_consolidate, guest.sets.context_assemble
local array, null, error, next, type, concat, sort, insert = JSON.array, JSON.null, error, next, type, table.concat, table.sort, table.insert

local function asked(answer, failure)
  if failure then error(failure, 0) end
  return answer
end

local function session_of(session, what)
  if type(session) == "table" and not kind(session) then session = session.id end
  if session == nil or session == "" or session == null then return nil end
  return text(session) or raise(say.takes_text(what, "a session's id", type(session)))
end

local members, episodic, semantic = {}, {}, {}
Memory = guest.open_names(members, "Memory")
members.episodic, members.semantic = guest.open_names(episodic, "Memory.episodic"), guest.open_names(semantic, "Memory.semantic")
guest.memory_names, guest.memory_semantic = members, semantic

-- (session, role, content, metadata): the entry's number.
function episodic.add(session, role, content, metadata)
  local entry = { role = text(role), content = text(content), metadata = metadata }
  if not entry.role then raise(say.takes_text("Memory.episodic.add", "(session, role, content, metadata): the role", type(role))) end
  if not entry.content then raise(say.takes_text("Memory.episodic.add", "(session, role, content, metadata): the content", type(content))) end
  return asked(add(session_of(session, "Memory.episodic.add"), entry))
end
members.add = episodic.add

-- (session, text, limit or options): entries with most of the words, the best first. Without a text: the last ones.
function episodic.search(session, query, options)
  if type(options) == "number" then options = { limit = options } end
  local all = {}
  for name, value in next, options_of(options, "Memory.episodic.search", queried) do all[name] = value end
  if query ~= nil and query ~= null then
    all.text = text(query) or raise(say.takes_text("Memory.episodic.search", "(session, text, limit): the text", type(query)))
  end
  return asked(recall(session_of(session, "Memory.episodic.search"), all)).entries
end
members.search = episodic.search
-- (session, limit or options): the last entries in the order of time.
function episodic.recent(session, options) return episodic.search(session, nil, options) end
episodic.list, episodic.get, members.recent = episodic.recent, episodic.recent, episodic.recent
-- (session, through): removes all entries up to this number, or all: how many.
function episodic.forget(session, through)
  return asked(forget(session_of(session, "Memory.episodic.forget"), through or (1 << 62)))
end
episodic.clear, members.forget, members.clear = episodic.forget, episodic.forget, episodic.forget

local STEP = 100 -- entries that are read at once

-- A model puts what was said before the last `keep` entries in few words, which take their place. `options`: model, keep (20),
-- max_bytes (60,000, of what it is given), and what llm.complete takes: system, max_tokens, …
-- {consolidated, summary, usage}
function members.consolidate(session, options)
  local what = "Memory.consolidate"
  session = session_of(session, what)
  local all = {}
  for name, value in next, options_of(options, what, consolidates) do all[name] = value end
  local keep, room = all.keep or 20, all.max_bytes or 60000
  all.keep, all.max_bytes = nil, nil
  local entries, after = {}, 0
  repeat
    local some = asked(recall(session, { after = after, limit = STEP })).entries
    for i = 1, #some do entries[#entries + 1] = some[i] end
    after = #some > 0 and some[#some].number or nil
  until not after or #entries >= 2000
  local lines, bytes, last = {}, 0, nil
  for i = 1, #entries - keep do
    local line = entries[i].role .. ": " .. entries[i].content
    bytes = bytes + #line
    if bytes > room and last then break end
    lines[i], last = line, entries[i].number
  end
  if #lines < 2 then return { consolidated = 0 } end
  all.system = all.system or say.summarize()
  all.prompt = concat(lines, "\n")
  local reply = ask(all)
  asked(consolidate(session, last, { role = "summary", content = reply.text, metadata = { entries = #lines, through = last } }))
  return { consolidated = #lines, summary = reply.text, usage = reply.usage }
end

local Contexts = {}
Context = guest.open_names(Contexts, "Context")

local function counted(model, texts)
  return asked(count_tokens({ model = model, texts = array(texts) }))
end

-- What else a strategy looks into: functions of (query, limit) that give lists of {content, score, metadata}, the best first.
local sources = {}
guest.context_sources = sources
local strategies = { episodic = {}, semantic = { "semantic" }, rag = { "rag" }, hybrid = { "semantic", "rag" } }
local used = {} -- strategy -> {calls, tokens, entries}

-- What fits of these, in order. Gives what was chosen, and its tokens.
local function fitting(candidates, lines, counts, most)
  local chosen, tokens = {}, 0
  for i = 1, #candidates do
    if tokens + counts[i] <= most then
      tokens = tokens + counts[i]
      chosen[#chosen + 1] = { entry = candidates[i], line = lines[i] }
    end
  end
  return chosen, tokens
end

-- What of a session's memory, and of what is known, fits into so many tokens of a model: what is known first, then what was said,
-- in the order of time: {text, entries, tokens, exact, chunks, ...}. (options), or (query, strategy, max_tokens (8192), session).
-- `options`: query, session, max_tokens, model, strategy ("episodic", "semantic", "rag", "hybrid"), recent (10), limit (50).
function Contexts.assemble(query, strategy, max_tokens, session)
  local what, all = "Context.assemble", {}
  if type(query) == "table" and not kind(query) then
    for name, value in next, options_of(query, what, assembles) do all[name] = value end
  else all = { query = text(query), strategy = strategy, max_tokens = max_tokens or 8192, session = session } end
  local name = all.strategy == nil and "episodic" or text(all.strategy) or type(all.strategy)
  if not strategies[name] then raise(say.no_strategy(what, name, guest.nearest(name, strategies))) end
  local most = all.max_tokens or all.token_budget
  if type(most) ~= "number" or not (most >= 1) then raise(say.no_budget(what)) end
  local from = session_of(all.session or all.session_id, what)
  local candidates, lines = {}, {}
  for _, source in next, all.query and strategies[name] or {} do
    local some = sources[source](all.query, all.limit or 50)
    for i = 1, #some do
      local one = { role = "knowledge", content = some[i].content, metadata = some[i].metadata, id = some[i].id, score = some[i].score, source = source }
      candidates[#candidates + 1], lines[#lines + 1] = one, "knowledge: " .. one.content .. "\n"
    end
  end
  -- What has most of the words comes first, then the newest.
  local episodic = name == "episodic" or name == "hybrid"
  local found = episodic and all.query and asked(recall(from, { text = all.query, limit = all.limit or 50 })).entries or {}
  local recent = episodic and asked(recall(from, { limit = all.recent or 10 })).entries or {}
  for i = #recent, 1, -1 do found[#found + 1] = recent[i] end
  local seen = {}
  for i = 1, #found do
    local entry = found[i]
    if not seen[entry.number] then
      seen[entry.number] = true
      candidates[#candidates + 1], lines[#lines + 1] = entry, entry.role .. ": " .. entry.content .. "\n"
    end
  end
  local counts = counted(all.model, lines)
  local chosen, tokens = fitting(candidates, lines, counts.tokens, most)
  for i = 1, #chosen do chosen[i].place = i end
  sort(chosen, function(one, other)
    local a, b = one.entry.number, other.entry.number
    if a and b then return a < b end
    if a or b then return b ~= nil end
    return one.place < other.place
  end)
  local parts, entries, chunks, oldest, newest, scores = {}, array({}), array({}), nil, nil, 0
  for i = 1, #chosen do
    local entry = chosen[i].entry
    parts[i], entries[i] = chosen[i].line, entry
    local source = entry.source or "episodic"
    chunks[i] = { chunk = { role = entry.role, content = entry.content, source = source, timestamp = entry.at, metadata = entry.metadata }, score = entry.score, ranker = source }
    scores = scores + (entry.score or 1)
    if entry.at then oldest, newest = oldest or entry.at, entry.at end
  end
  local stats = used[name] or { calls = 0, tokens = 0, entries = 0 }
  used[name] = stats
  stats.calls, stats.tokens, stats.entries = stats.calls + 1, stats.tokens + tokens, stats.entries + #chosen
  local whole = concat(parts)
  return {
    text = whole, entries = entries, tokens = tokens, exact = counts.exact, chunks = chunks, formatted = whole, token_count = tokens,
    total_confidence = #chosen > 0 and scores / #chosen or 0, temporal_span = oldest and { oldest = oldest, newest = newest },
  }
end
-- As `assemble`, told in numbers alone: {strategy, entries, tokens, exact, fits}
function Contexts.test(query, strategy, max_tokens, session)
  local found = Contexts.assemble(query, strategy, max_tokens, session)
  return { strategy = type(query) == "table" and query.strategy or strategy or "episodic", entries = #found.entries, tokens = found.tokens, exact = found.exact }
end
-- What each strategy was used for in this run: {episodic = {calls, tokens, entries}, ...}
function Contexts.strategy_stats()
  local all = {}
  for name, stats in next, used do all[name] = { calls = stats.calls, tokens = stats.tokens, entries = stats.entries } end
  return all
end

-- (text or texts, model): how many tokens: a number, or a list of them.
function Contexts.count_tokens(given, model)
  if text(given) then return counted(model, { text(given) }).tokens[1] end
  if type(given) ~= "table" then raise(say.takes_text("Context.count_tokens", "(text, model): the text", type(given))) end
  return counted(model, given).tokens
end
Contexts.strategies = function() return array({ "episodic", "semantic", "rag", "hybrid" }) end
