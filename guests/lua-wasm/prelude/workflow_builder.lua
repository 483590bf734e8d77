-- A workflow's builder: a definition, field by field.
-- After: workflow_methods.
local raw, guest = ...
local raise, text, snake, sets, aliases, say = guest.raise, guest.text, guest.snake, guest.sets, guest.aliases, guest.messages
local type, next, rawequal, sub, setmetatable = type, next, rawequal, string.sub, setmetatable

-- Lists that grow by one with each call, under all names of such calls.
local lists = {
  add_step = "steps", step = "steps", add_branch = "branches", branch = "branches", add_then_step = "then", then_step = "then",
  add_else_step = "otherwise", else_step = "otherwise", add_default_step = "otherwise", default_step = "otherwise",
  add_body_step = "body", body_step = "body", add_loop_step = "body", add_break_condition = "break", break_when = "break",
}

-- (step), (name, step), or for branches (name, steps) and (name, condition, steps).
local function entry_of(field, first, second, third)
  if not text(first) or second == nil then return first end
  if field == "branches" and third ~= nil then return { name = first, condition = second, steps = third } end
  if field == "branches" then return { name = first, steps = second } end
  if field == "break" then return { condition = first, message = second } end
  if type(second) == "function" then return { name = first, ["function"] = second } end
  local step = { name = first }
  for key, value in next, second do step[key] = value end
  return step
end

local function list_of(value)
  if type(value) ~= "table" then raise(say.no_steps("a workflow's builder", "steps", type(value))) end
  return value
end

-- What a call does to the definition.
local calls = {}
for pattern in next, sets.workflow_patterns do
  calls[pattern] = function(given) given.pattern = pattern end
end
calls.graph = calls.dag
for name, field in next, lists do
  calls[name] = function(given, ...)
    local list = given[field] or {}
    given[field], list[#list + 1] = list, entry_of(field, ...)
  end
end
function calls.steps(given, list)
  local all = given.steps or {}
  given.steps, list = all, list_of(list)
  for i = 1, #list do all[#all + 1] = list[i] end
end
calls.add_steps = calls.steps
function calls.range(given, first, last, by)
  given.range = type(first) == "table" and first or { start = first, ["end"] = last, step = by }
end
calls.with_range = calls.range

local function build(given) return guest.settled_workflow(guest.new_workflow(given, nil, "Workflow.builder")) end
local builds = { build = build, create = build, build_async = build }

-- The field that a call sets, such as max_iterations or with_collection.
local function field_of(name)
  if sub(name, 1, 5) == "with_" then name = sub(name, 6) end
  if sets.workflow[name] or aliases.workflow[name] or aliases.workflow_seconds[name] then return name end
end

local function names()
  local all = {}
  for _, group in next, { calls, builds, sets.workflow, aliases.workflow } do
    for name in next, group do all[name] = true end
  end
  return all
end

function guest.workflow_builder(name)
  local given, builder = { name = name }, nil
  -- Called with a colon or, as some spells do, with a dot.
  local function method(main, gives)
    return function(first, ...)
      local made
      if rawequal(first, builder) then made = main(given, ...) else made = main(given, first, ...) end
      return gives and made or builder
    end
  end
  local function find(_, key)
    local name = snake(key)
    if calls[name] then return method(calls[name]) end
    if builds[name] then return method(builds[name], true) end
    local field = type(name) == "string" and field_of(name)
    if not field then raise(say.no_member("a workflow's builder", text(key) or type(key), guest.nearest(text(name) or "", names()))) end
    return method(function(given, value)
      if value == nil then raise("a workflow's builder: " .. name .. " takes a value") end
      given[field] = value
    end)
  end
  builder = setmetatable({}, { __index = find, __metatable = false, __name = "builder" })
  return builder
end
