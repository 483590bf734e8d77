-- Debug: messages with levels and modules, timers, and values as people read them.
-- Names: Debug.
-- After: config, log, names.
local raw, guest = ...
local write, elapsed, now, traceback = raw.log.write, raw.clock.elapsed, raw.clock.time, raw.guest.traceback
local raise, text, kind, say, nearest, array, encode = guest.raise, guest.text, guest.kind, guest.messages, guest.nearest, JSON.array, JSON.encode
local get, collect = Config.get, collectgarbage
local tointeger = math.tointeger
local next, type, tostring, setmetatable, sort, concat, insert, remove = next, type, tostring, setmetatable, table.sort, table.concat, table.insert, table.remove
local find, sub, rep, gsub, gmatch, match, format = string.find, string.sub, string.rep, string.gsub, string.gmatch, string.match, string.format
local byte, is_utf8 = string.byte, utf8.len

local members = {}

-- Messages: those of the level and above, of the modules that the filters let through, go to the log and are kept.
local order, level, enabled = { off = 99 }, "info", true
for i, name in next, guest.lists.levels do order[name] = i end
local captured, MOST = {}, 1000
local filters, by_default = {}, true

local function level_of(name, what)
  name = text(name) or raise(say.takes_text(what, "a level", type(name)))
  if not order[name] then raise(what .. ": there is no level '" .. name .. "'" .. nearest(name, order)) end
  return name
end

local kinds = {
  exact = function(pattern, name) return name == pattern end,
  hierarchical = function(pattern, name) return name == pattern or sub(name, 1, #pattern + 1) == pattern .. "." end,
  wildcard = function(pattern, name)
    return find(name, "^" .. gsub(gsub(pattern, "[%^%$%(%)%%%.%[%]%+%-%?]", "%%%0"), "%*", ".*") .. "$") ~= nil
  end,
}

-- The last filter that fits a module decides.
local function is_let_through(module)
  local yes = by_default
  for i = 1, #filters do
    if kinds[filters[i].type](filters[i].pattern, module or "") then yes = filters[i].enabled end
  end
  return yes
end

local function tell(name, message, module, data)
  if not enabled or order[name] < order[level] or not is_let_through(module) then return false end
  message = text(message) or guest.show(message)
  if #captured == MOST then remove(captured, 1) end
  captured[#captured + 1] = { level = name, message = message, module = module, data = data, timestamp = now() }
  local fields = data
  if module ~= nil then fields = { module = module, data = data } end
  write(name, message, fields)
  return true
end

local function module_of(module, what)
  if module == nil then return nil end
  return text(module) or raise(say.takes_text(what, "(message, module): the module", type(module)))
end
-- A message has a level; "off" is for filtering alone.
local function level_of_message(name, what)
  name = level_of(name, what)
  if name == "off" then raise(what .. ": no message has the level 'off'") end
  return name
end
function members.log(name, message, module) return tell(level_of_message(name, "Debug.log"), message, module_of(module, "Debug.log")) end
for _, name in next, guest.lists.levels do
  members[name] = function(message, module) return tell(name, message, module_of(module, "Debug." .. name)) end
end
function members.log_with_data(name, message, data, module)
  return tell(level_of_message(name, "Debug.log_with_data"), message, module_of(module, "Debug.log_with_data"), data)
end
function members.set_level(name) level = level_of(name, "Debug.set_level") end
function members.get_level() return level end
function members.is_enabled() return enabled end
function members.set_enabled(on) enabled = on ~= false end
-- The last `most` that were told, the oldest first.
function members.get_captured_entries(most)
  local found = array({})
  for i = most and #captured > most and #captured - most + 1 or 1, #captured do found[#found + 1] = captured[i] end
  return found
end
function members.clear_captured() captured = {} end

local function filter(pattern, type_of, on, what)
  pattern = text(pattern) or raise(say.takes_text(what, "a pattern of modules", type(pattern)))
  if not kinds[type_of] then raise(what .. ": there is no type '" .. tostring(type_of) .. "'" .. nearest(tostring(type_of), kinds)) end
  if #filters == 100 then raise(what .. ": there are 100 filters already") end
  filters[#filters + 1] = { pattern = pattern, type = type_of, enabled = on ~= false }
end
function members.add_module_filter(pattern, on) filter(pattern, "wildcard", on, "Debug.add_module_filter") end
-- `type_of`: "exact", "wildcard" or "hierarchical".
function members.add_advanced_filter(pattern, type_of, on) filter(pattern, text(type_of) or type_of, on, "Debug.add_advanced_filter") end
function members.remove_module_filter(pattern)
  for i = #filters, 1, -1 do
    if filters[i].pattern == text(pattern) then
      remove(filters, i)
      return true
    end
  end
  return false
end
function members.clear_module_filters() filters = {} end
function members.set_default_filter_enabled(on) by_default = on ~= false end
function members.get_filter_summary()
  local all = array({})
  for i = 1, #filters do all[i] = { pattern = filters[i].pattern, type = filters[i].type, enabled = filters[i].enabled } end
  return { default_enabled = by_default, total_rules = #all, filters = all, level = level }
end

-- Timers.
local timers, states, methods = {}, setmetatable({}, { __mode = "k" }), {}
local meta = { __metatable = false, __name = "timer", __index = function(timer, name)
  local state = states[timer]
  if name == "name" then return state.name elseif name == "id" then return state.id end
  return guest.member(methods, name, "a timer")
end }
local function own(timer, what) return states[timer] or raise(what .. ": call it on a timer, as timer:stop()") end
local function time_of(state)
  local milliseconds = (state.stopped or elapsed()) * 1000 - state.started * 1000
  return tointeger(milliseconds) or milliseconds
end

local begun = 0
function members.timer(name)
  if #timers == MOST then remove(timers, 1) end
  local timer = setmetatable({}, meta)
  local state = { name = text(name) or "timer", started = elapsed(), laps = array({}), events = array({}) }
  timers[#timers + 1], states[timer] = state, state
  begun = begun + 1
  state.id = "timer-" .. begun
  return timer
end
-- Milliseconds until now, or until it was stopped.
function methods.elapsed(timer) return time_of(own(timer, "timer:elapsed")) end
function methods.stop(timer)
  local state = own(timer, "timer:stop")
  state.stopped = state.stopped or elapsed()
  return time_of(state)
end
function methods.lap(timer, name)
  local state = own(timer, "timer:lap")
  if #state.laps == MOST then raise("timer:lap: a timer has at most " .. MOST .. " laps") end
  local lap = { name = text(name) or "lap " .. #state.laps + 1, elapsed_ms = time_of(state) }
  state.laps[#state.laps + 1] = lap
  return lap.elapsed_ms
end
methods.checkpoint = methods.lap
-- Of a timer, or the id of one. False if there is none.
function members.record_event(timer, name, metadata)
  local state = states[timer]
  for i = 1, #timers do
    if not state and timers[i].id == text(timer) then state = timers[i] end
  end
  if not state or #state.events == MOST then return false end
  state.events[#state.events + 1] = { name = text(name) or "event", elapsed_ms = time_of(state), metadata = metadata }
  return true
end

local function memory()
  return { used_bytes = collect("count") * 1024 // 1, limit_bytes = get("limits.memory") }
end
function members.memory_stats() return memory() end
function members.memory_snapshot()
  local found = memory()
  found.timestamp, found.timers, found.captured_entries = now(), #timers, #captured
  return found
end

-- What was measured and told: {timers, levels, captured_entries, memory}
function members.generate_report()
  local all, levels = array({}), {}
  for i = 1, #timers do
    local state = timers[i]
    all[i] = { id = state.id, name = state.name, elapsed_ms = time_of(state), stopped = state.stopped ~= nil, laps = state.laps, events = state.events }
  end
  for i = 1, #captured do levels[captured[i].level] = (levels[captured[i].level] or 0) + 1 end
  return { timers = all, levels = levels, captured_entries = #captured, memory = memory() }
end
function members.json_report() return encode(members.generate_report(), 2) end
-- A line "timer;lap microseconds" for each lap and timer, as programs that draw flame graphs read them.
function members.flame_graph()
  local lines = {}
  for i = 1, #timers do
    local state, before = timers[i], 0
    for j = 1, #state.laps do
      lines[#lines + 1] = format("%s;%s %d", state.name, state.laps[j].name, (state.laps[j].elapsed_ms - before) * 1000 // 1)
      before = state.laps[j].elapsed_ms
    end
    lines[#lines + 1] = format("%s %d", state.name, (time_of(state) - before) * 1000 // 1)
  end
  return concat(lines, "\n")
end

-- Values.
local BYTES = 100000 -- of what a dump gives
-- Of at most so many bytes, without half a letter at the end; bytes that are no text, as "\xff".
local function shortened(said, most)
  local is_long = #said > most
  if is_long then
    while most > 0 and find(sub(said, most + 1, most + 1), "[\x80-\xbf]") do most = most - 1 end
    said = sub(said, 1, most)
  end
  if not is_utf8(said) then said = gsub(said, "[\x80-\xff]", function(one) return format("\\x%02x", byte(one)) end) end
  return is_long and said .. "…" or said
end
local function dump(value, all)
  local pieces, size, seen = {}, 0, {}
  local function put(piece)
    size = size + #piece
    if size <= BYTES then pieces[#pieces + 1] = piece end
  end
  local function show(one, depth)
    local of = type(one)
    if of == "string" or kind(one) then
      local said = text(one) or tostring(one)
      return put((all.show_types and "string " or "") .. encode(shortened(said, all.max_string_length)))
    elseif of ~= "table" then return put((all.show_types and of .. " " or "") .. tostring(one))
    elseif seen[one] then return put("{…}")
    elseif depth == all.max_depth or size > BYTES then return put("{...}") end
    seen[one] = true
    local keys, is_list = {}, #one > 0
    for key in next, one do keys[#keys + 1] = key end
    sort(keys, function(a, b)
      local is_number, other = type(a) == "number", type(b) == "number"
      if is_number and other then return a < b end
      if is_number ~= other then return is_number end
      return tostring(a) < tostring(b)
    end)
    is_list = is_list and #keys == #one
    local line, before = all.compact and " " or "\n" .. rep(all.indent, depth + 1), all.compact and " " or "\n" .. rep(all.indent, depth)
    put((all.show_types and "table(" .. #keys .. ") " or "") .. (is_list and "[" or "{"))
    for i = 1, #keys do
      if i > all.max_items then
        put((i > 1 and "," or "") .. line .. "… " .. #keys - all.max_items .. " more")
        break
      end
      put((i > 1 and "," or "") .. line)
      if not is_list then put(tostring(keys[i]) .. ": ") end
      show(one[keys[i]], depth + 1)
    end
    put((#keys > 0 and before or "") .. (is_list and "]" or "}"))
    seen[one] = nil
  end
  show(value, 0)
  return concat(pieces) .. (size > BYTES and "…" or "")
end

local function labelled(value, label, options)
  local all = { indent = "  ", max_depth = 10, max_items = 100, max_string_length = 1000, compact = false, show_types = false }
  for key, given in next, options or {} do
    local name = guest.snake(key)
    name = name == "compact_mode" and "compact" or name == "max_array_elements" and "max_items" or name == "indent_size" and "indent" or name
    if name == "indent" then given = type(given) == "number" and rep(" ", given) or text(given) end
    if all[name] == nil then raise(say.no_option("Debug.dump_with_options", tostring(key), nearest(name, all))) end
    if type(given) ~= type(all[name]) then raise(say.wrong_option("Debug.dump_with_options", name, type(all[name]), type(given))) end
    all[name] = given
  end
  return (label and text(label) .. ": " or "") .. dump(value, all)
end
function members.dump(value, label) return labelled(value, label) end
function members.dump_compact(value, label) return labelled(value, label, { compact = true }) end
function members.dump_verbose(value, label) return labelled(value, label, { show_types = true }) end
-- Options: indent (spaces), max_depth, max_items, max_string_length, compact, show_types.
function members.dump_with_options(value, options, label) return labelled(value, label, options) end

-- {frames = {{source, line, name}}}, the innermost first. `options`: max_depth.
function members.stack_trace(options)
  local frames, most = array({}), type(options) == "table" and (options.max_depth or options.maxDepth) or 50
  for line in gmatch(traceback("", 2), "[^\n]+") do
    local source, number, name = match(line, "^%s*([^:]+):(%d+): in (.*)$")
    if source and #frames < most then frames[#frames + 1] = { source = source, line = number + 0, name = name } end
  end
  return { frames = frames }
end
function members.stack_trace_json(options) return encode(members.stack_trace(options), 2) end
return guest.open_names(members, "Debug")
