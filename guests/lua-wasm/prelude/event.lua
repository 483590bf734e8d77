-- Event: telling what happens, and being told. Alert: telling the operator as well.
-- After: log, run.
local raw, guest = ...
raw = raw.event
local emit, subscribe, unsubscribe, receive, take = raw.emit, raw.subscribe, raw.unsubscribe, raw.receive, raw.take
local stats, subscriptions, clear, record, replay = raw.stats, raw.subscriptions, raw.clear, raw.record, raw.replay
local drive, raise, text, kind = guest.drive, guest.raise, guest.text, guest.kind
local handler, forget, listen, finishers = guest.handler, guest.forget, guest.listen, guest.finishers
local error, next, type, ceil, math_type, warn = error, next, type, math.ceil, math.type, Logger.warn
local gsub, lower = string.gsub, string.lower

local aliases, envelope, say = guest.aliases.event, guest.sets.envelope, guest.messages

-- Adds `options` to `all` in the host's spelling. The host says what it does not know.
local function add_options(all, options, what)
  if options == nil then return all end
  if type(options) ~= "table" or kind(options) then raise(what .. " takes a table, not a " .. type(options)) end
  for key, value in next, options do
    if type(key) == "string" then
      key = gsub(key, "%u", function(letter) return "_" .. lower(letter) end)
      key = aliases[key] or key
      if all[key] ~= nil then raise(say.given_twice(what, key)) end
    end
    all[key] = value
  end
  return all
end

-- Whatever the host answers: a value, work that has to be waited for, or a failure.
local function value_of(answer, failure)
  if failure then error(failure, 0) end
  if type(answer) == "userdata" then return drive(answer) end
  return answer
end

-- In (name, table), whether the table is data or more than that: then it holds nothing else, and data or a priority.
local function is_envelope(value)
  if type(value) ~= "table" or kind(value) then return false end
  for key in next, value do
    if not envelope[key] then return false end
  end
  return value.data ~= nil or value.payload ~= nil or value.priority ~= nil
end

Event = {}
local Event = Event

-- ({type, data, ...}) or (name, data) or (name, {data, priority, ...}). True, and how many subscriptions got it.
function Event.emit(name, data)
  local event
  if not text(name) then event = add_options({}, name, "Event.emit")
  elseif is_envelope(data) then event = add_options({ type = name }, data, "Event.emit")
  else event = { type = name, data = data } end
  return true, value_of(emit(event))
end

function Event.publish(name, data, options)
  if not text(name) then raise(say.takes_text("Event.publish", "an event's type", type(name))) end
  return true, value_of(emit(add_options({ type = name, data = data }, options, "Event.publish")))
end

local function spell_out(event)
  event.event_type, event.name, event.payload = event.type, event.type, event.data
  return event
end

local numbers, listening = {}, false -- id -> the number of its function

local function check_pattern(pattern, what)
  if not text(pattern) then raise(say.takes_text(what, "a pattern such as 'user.*'", type(pattern))) end
end

-- Without a function, its events wait for Event.receive.
function Event.subscribe(pattern, main, options)
  check_pattern(pattern, "Event.subscribe")
  if type(main) == "table" and options == nil then main, options = nil, main end
  if main ~= nil and type(main) ~= "function" then raise(say.takes_function("Event.subscribe", type(main))) end
  options = add_options({}, options, "Event.subscribe")
  local number = main and handler(function(event) main(spell_out(event)) end)
  local id, failure = subscribe(pattern, number, options)
  if not id then
    if number then forget(number) end
    error(failure, 0)
  end
  if number then
    numbers[id] = number
    if not listening then
      listening = true
      listen(raw.inbox())
      finishers[#finishers + 1] = raw.finish
    end
  end
  return id
end

-- (pattern, function), or (pattern, condition, function): only events for which the condition is true.
function Event.filter(pattern, condition, main)
  if main == nil then return Event.subscribe(pattern, condition) end
  if type(condition) ~= "function" or type(main) ~= "function" then raise("Event.filter takes functions") end
  return Event.subscribe(pattern, function(event)
    if condition(event) then main(event) end
  end)
end
Event.subscribe_with_filter, Event.subscribeWithFilter = Event.filter, Event.filter

local function check_id(id, what)
  if math_type(id) ~= "integer" or id < 1 then raise(what .. " takes the id that Event.subscribe or Event.record gave") end
  return id
end

function Event.unsubscribe(id)
  local found = unsubscribe(check_id(id, "Event.unsubscribe"))
  if numbers[id] then forget(numbers[id]) end
  numbers[id] = nil
  return found
end

local function check_time(time, what)
  if type(time) ~= "number" or not (time >= 0 and time <= 1e12) then raise(what .. " takes 0 to 1e12 milliseconds") end
  return ceil(time)
end

-- The next event, or nil after so many milliseconds.
function Event.receive(id, timeout)
  check_id(id, "Event.receive")
  timeout = check_time(timeout or 5000, "Event.receive")
  local event
  if timeout == 0 then event = value_of(take(id, 1))[1] else event = drive(receive(id, timeout)) end
  return event and spell_out(event)
end

-- What waits already, at most so many; with a timeout, waits for the first.
function Event.receive_batch(id, most, timeout)
  check_id(id, "Event.receive_batch")
  most, timeout = most or 100, check_time(timeout or 0, "Event.receive_batch")
  if math_type(most) ~= "integer" or most < 1 or most > 1000 then raise("Event.receive_batch takes 1 to 1000 events") end
  local events = value_of(take(id, most))
  for i = 1, #events do spell_out(events[i]) end
  if not events[1] and timeout > 0 then events[1] = Event.receive(id, timeout) end
  return events
end
Event.receiveBatch = Event.receive_batch

function Event.list_subscriptions() return subscriptions() end
Event.listSubscriptions = Event.list_subscriptions

-- Of this run; the last two as other hosts have them.
function Event.stats()
  local all = stats()
  all.event_bus_stats = { events_processed = all.emitted, rate_limit_violations = all.dropped, buffer_size = all.queued }
  all.bridge_stats = {
    active_subscriptions = all.subscriptions, subscriptions_by_language = all.subscriptions_by_language,
  }
  return all
end
Event.get_stats, Event.getStats = Event.stats, Event.stats

-- Drops what waits and what is recorded: how many waited.
function Event.clear(pattern)
  if pattern ~= nil then check_pattern(pattern, "Event.clear") end
  return value_of(clear(pattern or "*"))
end

-- Keeps events, for so many milliseconds or until Event.unsubscribe.
function Event.record(pattern, options)
  check_pattern(pattern, "Event.record")
  if type(options) == "number" then options = { duration_ms = options } end
  return value_of(record(pattern, add_options({}, options, "Event.record")))
end

-- Emits them again: how many.
function Event.replay(id, options)
  return drive(replay(check_id(id, "Event.replay"), add_options({}, options, "Event.replay")))
end

Alert = {}
function Alert.send(title, payload)
  if not text(title) then raise(say.takes_text("Alert.send", "a title", type(title))) end
  warn("alert: " .. text(title), { payload = payload })
  return true, value_of(emit({ type = "alert", priority = "high", data = { title = title, payload = payload } }))
end
