-- What a spell says of a workflow, in many spellings, under the names that the host knows.
-- After: names, units.
local raw, guest = ...
local raise, snake, nearest, text, kind, scaled = guest.raise, guest.snake, guest.nearest, guest.text, guest.kind, guest.scaled
local aliases, sets, say, array = guest.aliases, guest.sets, guest.messages, JSON.array
local type, next, tostring, math_type, move = type, next, tostring, math.type, table.move
local seconds = aliases.workflow_seconds

-- A table as fields: not a reply, a failure or a list.
function guest.is_fields(value) return type(value) == "table" and not kind(value) and value[1] == nil end
local is_fields = guest.is_fields

-- The names of a group, and what else they may be called: for "did you mean".
local function names_of(group)
  local all = {}
  for name in next, sets[group] do all[name] = true end
  for name in next, aliases[group] or {} do all[name] = true end
  return all
end

local with_idle = { workflow = true, workflow_step = true }

local function add(all, given, group, what, groups)
  if not is_fields(given) then raise(what .. " takes a table of fields, not a " .. (type(given) == "table" and "list" or type(given))) end
  local words, known = aliases[group] or {}, sets[group]
  for key, value in next, given do
    local name = words[key] or known[key] and key or snake(key)
    name = words[name] or name
    if groups and groups[name] then add(all, value, group, what .. ": " .. name, nil)
    else
      if seconds[name] and not known[name] then name, value = seconds[name], scaled(value, "seconds", what, name) end
      if known[name] then
        if all[name] ~= nil then raise(say.given_twice(what, name)) end
        all[name] = value
      elseif not with_idle[group] or not guest.is_idle("workflow_idle", name, what, key) then
        raise(say.no_option(what, tostring(key), nearest(tostring(name), names_of(group))))
      end
    end
  end
  return all
end

-- A new table. `group` names the aliases and the set of known names; fields in `groups` hold more of the same.
function guest.fields(given, group, what, groups) return add({}, given, group, what, groups) end
local fields = guest.fields

-- A word of a group, in any spelling; nil for what is no text. Others than the known ones are refused.
function guest.known_word(value, group, known, what)
  local word = text(value)
  if not word then return nil end
  local name = snake(word)
  name = (aliases[group] or {})[name] or name
  if not sets[known][name] then raise(say.no_type(what, word, nearest(name, names_of(known)))) end
  return name
end

-- So many retries, or true, or a table: as the host takes it.
function guest.retry_of(given, what)
  if given == nil or given == false then return nil end
  if given == true then given = {} end
  if math_type(given) == "integer" then given = { max_retries = given } end
  local retry = fields(given, "workflow_retry", what .. ": retry")
  local retries, backoff, base = retry.max_retries, retry.backoff, retry.base_delay
  retry.max_retries, retry.backoff, retry.base_delay = nil, nil, nil
  if retries ~= nil then
    if math_type(retries) ~= "integer" then raise(say.no_number(what, "max_retries", "retries")) end
    retry.max_attempts = retry.max_attempts or retries + 1
  end
  if base ~= nil then -- such policies double the delay each time
    retry.delay_ms = retry.delay_ms or base
    if backoff == nil then retry.multiplier = retry.multiplier or 2 end
  end
  if type(backoff) == "number" then retry.delay_ms = retry.delay_ms or backoff
  elseif backoff ~= nil then
    if backoff ~= "exponential" and backoff ~= "fixed" and backoff ~= "constant" then
      raise(what .. ": retry: backoff must be 'exponential', 'fixed' or milliseconds")
    end
    retry.exponential = backoff == "exponential"
  end
  if retry.exponential ~= nil then retry.multiplier = retry.multiplier or (retry.exponential and 2 or 1) end
  retry.exponential = nil
  if type(retry.codes) == "table" then retry.codes = array(move(retry.codes, 1, #retry.codes, 1, {})) end
  return retry
end

-- The policy of a step or a workflow, whose parts may stand beside it.
function guest.take_retry(all, what)
  local retry = guest.retry_of(all.retry, what)
  if all.max_attempts or all.max_retries or all.retry_delay_ms or all.exponential_backoff ~= nil then
    local beside = guest.retry_of({
      max_attempts = all.max_attempts, max_retries = all.max_retries, delay_ms = all.retry_delay_ms,
      exponential = all.exponential_backoff,
    }, what)
    retry = retry or {}
    for name, value in next, beside do
      if retry[name] == nil then retry[name] = value end
    end
  end
  all.max_attempts, all.max_retries, all.retry_delay_ms, all.exponential_backoff = nil, nil, nil, nil
  return retry
end
