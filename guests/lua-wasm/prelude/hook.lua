-- Hook: functions that the host asks before and after what it does. Every spelling of points and answers is the host's.
-- After: operation, run.
local raw, guest = ...
raw = raw.hook
local register, unregister, set_enabled, list, execute = raw.register, raw.unregister, raw.set_enabled, raw.list, raw.execute
local start_up, drive, raise, text, kind = raw.start_up, guest.drive, guest.raise, guest.text, guest.kind
local handler, forget, finishers = guest.handler, guest.forget, guest.finishers
local error, next, pcall, setmetatable, tostring, type = error, next, pcall, setmetatable, tostring, type
local find, gsub, lower, insert, math_type = string.find, string.gsub, string.lower, table.insert, math.type

local aliases, say = guest.aliases.hook, guest.messages

local hooks = {} -- id -> { id, point, main, number, options }
local groups = {} -- id of a composition's first hook -> the ids of all
local handles = setmetatable({}, { __mode = "k" }) -- out of the spell's reach

-- A copy of a table with its keys as the host spells them.
local function snake(options, what)
  local all = {}
  if type(options) ~= "table" or kind(options) then raise(what .. ", not a " .. type(options)) end
  for key, value in next, options do
    if type(key) == "string" then
      key = gsub(key, "%u", function(letter) return "_" .. lower(letter) end)
      key = aliases[key] or key
    end
    all[key] = value
  end
  return all
end

local function id_of(hook, what)
  local known = handles[hook]
  if known then return known.id end
  if math_type(hook) == "integer" and hook > 0 then return hook end
  raise(what .. " takes what Hook.register gave, or its id, not " .. (type(hook) == "number" and tostring(hook) or "a " .. type(hook)))
end

local methods = {}
local meta = guest.handles{ __metatable = false, __name = "hook" }
function meta.__tostring(handle)
  local hook = handles[handle]
  return hook and "hook " .. hook.id .. " at " .. hook.point or "hook"
end
local drop
local function handle_of(hook)
  local handle = {}
  handles[handle] = hook
  -- Called with a colon or with a dot.
  function handle.id() return hook.id end
  function handle.hook_point() return hook.point end
  handle.hookPoint = handle.hook_point
  function handle.unregister() return drop(hook.id) end
  return setmetatable(handle, meta)
end

local function ask(main)
  return function(context)
    local point = context.point
    context.hook_point = point
    local name = find(point, ":before_") and "input" or find(point, ":after_") and "result" or find(point, "error$") and "error"
    if name and context[name] == nil then context[name] = context.data end
    local answer, reason = main(context)
    if answer == false and text(reason) then return { continue_execution = false, reason = text(reason) } end
    return answer
  end
end

local shuts_down = false
local function shut_down() drive(execute("system:shutdown")) end

local function add(point, main, options)
  -- Never in turn with the functions that it is asked about: it would wait for them.
  local number = handler(ask(main), true)
  local id, canonical = register(point, number, options)
  if not id then
    forget(number)
    error(canonical, 0)
  end
  local hook = { id = id, point = canonical, main = main, number = number, options = options }
  hooks[id] = hook
  if not shuts_down and (find(canonical, "^system:") or find(canonical, "^%*")) then
    -- First of all: its own events still go out.
    insert(finishers, 1, shut_down)
    shuts_down = true
  end
  if canonical == "system:startup" then drive(start_up(id)) end
  return hook
end

Hook = {}
local Hook = Hook

function Hook.register(point, main, options)
  if type(point) == "number" or not text(point) then raise("Hook.register takes a hook point, a text such as 'agent:before_execution', not a " .. type(point)) end
  if type(main) ~= "function" then raise(say.takes_function("Hook.register", type(main))) end
  if options == nil then options = {}
  elseif text(options) then options = { priority = options }
  else options = snake(options, "Hook.register takes a priority or a table of options") end
  return handle_of(add(point, main, options))
end

function Hook.unregister(hook)
  local id, found = id_of(hook, "Hook.unregister"), false
  local group = groups[id] or { id }
  groups[id] = nil
  for i = 1, #group do
    local one = hooks[group[i]]
    if one then
      found, hooks[one.id] = unregister(one.id) or found, nil
      forget(one.number)
    end
  end
  return found
end
drop = Hook.unregister

local function switch(what, enabled)
  return function(hook)
    local id, found = id_of(hook, what), false
    local group = groups[id] or { id }
    for i = 1, #group do found = set_enabled(group[i], enabled) or found end
    return found
  end
end
Hook.pause, Hook.resume = switch("Hook.pause", false), switch("Hook.resume", true)
Hook.disable, Hook.enable = switch("Hook.disable", false), switch("Hook.enable", true)

function Hook.list(filter)
  if filter == nil then filter = {}
  elseif text(filter) then filter = { point = filter }
  else filter = snake(filter, "Hook.list takes a hook point or a table") end
  local found, failure = list(filter)
  if not found then error(failure, 0) end
  for i = 1, #found do found[i].hook_point = found[i].point end
  return found
end

function Hook.get_info(hook) return Hook.list({ id = id_of(hook, "Hook.get_info") })[1] end
Hook.getInfo = Hook.get_info

function Hook.execute(point, data)
  if not text(point) then raise(say.takes_text("Hook.execute", "a hook point", type(point))) end
  return drive(execute(point, data))
end
Hook.trigger = Hook.execute

-- How many there were. Without a filter: all.
function Hook.clear(filter)
  local found = Hook.list(filter)
  for i = 1, #found do Hook.unregister(found[i].id) end
  return #found
end
Hook.clear_all, Hook.clearAll = Hook.clear, Hook.clear

-- Where a composition stands, from where one of its parts stands.
local function points_of(kind_of, point)
  if find(point, "^custom:") then return { point } end
  local family = gsub(point, ":[^:]*$", "")
  local moment = gsub(point, "^.*:", "")
  local stem, timed = gsub(gsub(moment, "^before_", ""), "^after_", ""), find(moment, "^before_") or find(moment, "^after_")
  if kind_of == "error" then return { family .. ":error" } end
  if not timed then return { point } end
  if kind_of == "pre" then return { family .. ":before_" .. stem } end
  if kind_of == "post" then return { family .. ":after_" .. stem } end
  return { family .. ":before_" .. stem, family .. ":after_" .. stem }
end

-- One hook of several: functions, handles or ids; hooks that are registered stop being asked by themselves. It stands at
-- `point`, or where the first registered one stood: "pre" before and "post" after that, "around" at both, "error" where it
-- fails. Its parts are asked in order, and after something in reverse, as wrappers unwind.
function Hook.compose(parts, kind_of, point)
  if type(parts) ~= "table" or handles[parts] or #parts == 0 then raise("Hook.compose takes a list of hooks or functions") end
  kind_of = lower(text(kind_of or "pre") or "")
  if not find(" pre post around error ", " " .. kind_of .. " ", 1, true) then
    raise("Hook.compose takes 'pre', 'post', 'around' or 'error'")
  end
  local mains, options, taken = {}, {}, {}
  for i = 1, #parts do
    local part = parts[i]
    if type(part) == "function" then mains[i] = part
    else
      local hook = hooks[id_of(part, "Hook.compose")]
      if not hook then raise("Hook.compose: part " .. i .. " is not registered") end
      if not taken[1] then point, options = point or hook.point, hook.options end
      mains[i], taken[#taken + 1] = hook.main, hook.id
    end
  end
  if not point then raise("Hook.compose of functions takes a hook point, such as 'tool:before_execution'") end
  local places, ids, first = points_of(kind_of, point), {}, nil
  local ok, problem = pcall(function()
    for i = 1, #places do
      local reverse = kind_of == "post" or find(places[i], ":after_")
      for j = 1, #mains do
        local hook = add(places[i], mains[reverse and #mains + 1 - j or j], options)
        first, ids[#ids + 1] = first or hook, hook.id
      end
    end
  end)
  if first then groups[first.id] = ids end
  if not ok then
    if first then Hook.unregister(first.id) end
    error(problem, 0)
  end
  for i = 1, #taken do Hook.unregister(taken[i]) end
  return handle_of(first)
end
