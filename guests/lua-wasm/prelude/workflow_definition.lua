-- Definitions of workflows: what each pattern has, in the host's words.
-- After: workflow_step.
local raw, guest = ...
local raise, text, array = guest.raise, guest.text, JSON.array
local fields, is_fields, known_word, read_condition, read_step = guest.fields, guest.is_fields, guest.known_word, guest.read_condition, guest.read_step
local strategy_of, sets, say = guest.strategy_of, guest.sets, guest.messages
local type, next, math_type, setmetatable = type, next, math.type, setmetatable

-- A list of steps, or what can stand for it: one step, or a table with `steps`.
local function read_steps(given, field, what)
  if given == nil then return array({}) end
  if type(given) == "function" or guest.agents[given] or guest.workflows[given] then given = { given }
  elseif is_fields(given) and next(given) ~= nil then
    given = given.steps ~= nil and given.type == nil and given.pattern == nil and given.steps or { given }
  end
  if type(given) ~= "table" or guest.kind(given) and guest.kind(given) ~= "array" then raise(say.no_steps(what, field, type(given))) end
  local steps = array({})
  for i = 1, #given do steps[i] = read_step(given[i], i, what) end
  return steps
end

-- A branch with steps, or a step that is a branch of its own.
local function read_branch(given, place, pattern, what)
  if not is_fields(given) or guest.agents[given] or guest.workflows[given] or given.steps == nil or given.type ~= nil or given.pattern ~= nil then
    local step = read_step(given, place, what)
    step.name = step.name or "step" .. place
    local branch = { name = step.name, steps = array({ step }) }
    if pattern == "conditional" then branch.condition, step.when = step.when, nil end
    if step.optional then branch.required = false end
    return branch
  end
  local where = what .. ": branch '" .. (text(given.name) or "branch" .. place) .. "'"
  local all = fields(given, "workflow_branch", where)
  local branch = { name = text(all.name) or "branch" .. place, steps = read_steps(all.steps, "steps", where), timeout_ms = all.timeout_ms }
  if all.required == false or all.optional == true then branch.required = false end
  if all.condition ~= nil then branch.condition = read_condition(all.condition, where) end
  return branch
end

local function read_branches(given, pattern, what)
  if type(given) ~= "table" or is_fields(given) and next(given) ~= nil then raise(what .. ": branches must be a list") end
  local branches = array({})
  for i = 1, #given do branches[i] = read_branch(given[i], i, pattern, what) end
  return branches
end

local read = {}

function read.sequential(made, all, what)
  made.steps = read_steps(all.steps, "steps", what)
  for i = 1, #made.steps do
    if made.steps[i].depends_on then made.pattern = "dag" end
  end
end
read.dag = read.sequential

-- Steps without branches are branches of one step each.
function read.parallel(made, all, what)
  if all.branches ~= nil and all.steps ~= nil then raise(what .. ": give branches or steps, not both") end
  made.branches = read_branches(all.branches or all.steps or array({}), "parallel", what)
  if all.continue_on_optional_failure == false then
    for i = 1, #made.branches do made.branches[i].required = nil end
  end
end

function read.conditional(made, all, what)
  local branches
  if all.branches ~= nil then branches = read_branches(all.branches, "conditional", what)
  else
    if all.condition == nil then raise(what .. ": a conditional workflow needs branches, or a condition and what to do then") end
    local steps = read_steps(all["then"] or all.steps, "then", what)
    branches = array({ { name = "then", condition = read_condition(all.condition, what), steps = steps } })
  end
  local most = all.max_branches_to_evaluate
  if most ~= nil and (math_type(most) ~= "integer" or most < 1) then raise(say.no_number(what, "max_branches_to_evaluate", "branches")) end
  for i = #branches, (most or #branches) + 1, -1 do branches[i] = nil end
  made.branches = branches
  if all.otherwise ~= nil and all.execute_default_on_no_match ~= false then made.otherwise = read_steps(all.otherwise, "otherwise", what) end
end

-- {start =, end =, step =}, or these as a list.
local function range_of(given, what)
  if type(given) == "table" and given[1] ~= nil then given = { start = given[1], ["end"] = given[2], step = given[3] } end
  return fields(given, "workflow_range", what .. ": range")
end

local function breaks_of(given, what)
  if type(given) ~= "table" or is_fields(given) then given = { given } end
  local all = array({})
  for i = 1, #given do
    local one = given[i]
    if is_fields(one) then
      local condition, message = one.condition, text(one.message)
      if condition == nil or one.type ~= nil then condition = one end
      all[i] = { condition = read_condition(condition, what), message = message }
    else all[i] = { condition = read_condition(one, what) } end
  end
  return all
end

local function aggregation_of(made, given, what)
  if is_fields(given) then
    for name, value in next, given do
      if name == "n" or name == "count" or name == "keep" then made.keep = value
      elseif name == "type" or name == "strategy" then given = value
      elseif sets.workflow_aggregations[name] then
        given, made.keep = name, value
        break
      else raise(what .. ": aggregation has a type, and a number to keep") end
    end
  end
  made.aggregation = known_word(given, "workflow_aggregation", "workflow_aggregations", what .. ": aggregation")
end

function read.loop(made, all, what)
  if all.body ~= nil and all.steps ~= nil then raise(what .. ": give a body or steps, not both") end
  made.steps = read_steps(all.body or all.steps, "body", what)
  if all.iterator ~= nil then
    for name, value in next, fields(all.iterator, "workflow", what .. ": iterator") do
      if name ~= "range" and name ~= "collection" and name ~= "while" and name ~= "max_iterations" then raise(what .. ": an iterator has no '" .. name .. "'; known are: collection, max_iterations, range, while") end
      if all[name] ~= nil then raise(say.given_twice(what, name)) end
      all[name] = value
    end
  end
  local condition = all["while"]
  if condition == nil then condition = all.condition end
  if condition ~= nil then made["while"] = read_condition(condition, what) end
  if all.range ~= nil then made.range = range_of(all.range, what) end
  made.collection, made.max_iterations = all.collection, all.max_iterations
  if type(made.collection) == "table" and next(made.collection) == nil then made.collection = array({}) end
  if all["break"] ~= nil then made["break"] = breaks_of(all["break"], what) end
  if all.aggregation ~= nil then aggregation_of(made, all.aggregation, what) end
end

-- Fields of one pattern alone.
local own_fields = {
  branches = { parallel = true, conditional = true }, condition = { conditional = true, loop = true }, ["then"] = { conditional = true },
  otherwise = { conditional = true }, iterator = { loop = true }, range = { loop = true }, collection = { loop = true },
  ["while"] = { loop = true }, body = { loop = true }, ["break"] = { loop = true }, aggregation = { loop = true }, keep = { loop = true },
}

local function pattern_of(all)
  if all.body or all.iterator or all.range or all.collection or all["while"] then return "loop" end
  if all.condition ~= nil or all.otherwise ~= nil then return "conditional" end
  if all.branches == nil then return "sequential" end
  local first = type(all.branches) == "table" and all.branches[1]
  return type(first) == "table" and (first.condition ~= nil or first.when ~= nil) and "conditional" or "parallel"
end

local function add_strategy(made, all, what)
  made.error_strategy = strategy_of(all.error_strategy, what)
  if text(all.on_error) then
    made.error_strategy = made.error_strategy or strategy_of(all.on_error, what)
    all.on_error = nil
  end
  local go_on = all.continue_on_error
  if all.fail_fast ~= nil then go_on = not all.fail_fast end
  if go_on ~= nil and not made.error_strategy then made.error_strategy = go_on and "continue" or "fail_fast" end
end

-- How many definitions lie around the one that is read: one could lie within itself.
local depth = 0
local deeper = setmetatable({}, { __close = function() depth = depth - 1 end })

-- The definition, and the functions that are told of executions.
function guest.read_definition(given, pattern, what)
  if depth >= 16 then raise(say.nested_too_deep("a workflow's definition")) end
  depth = depth + 1
  local over <close> = deeper
  if type(given) ~= "table" then raise(what .. " takes a table with name and steps, not a " .. type(given)) end
  local all = fields(given, "workflow", what, sets.workflow_groups)
  local named = known_word(all.pattern, "workflow_pattern", "workflow_patterns", what)
  if named and pattern and named ~= pattern then raise(what .. ": the type is '" .. named .. "'") end
  pattern = pattern or named or pattern_of(all)
  for name, patterns in next, own_fields do
    if all[name] ~= nil and not patterns[pattern] then raise(what .. ": a " .. pattern .. " workflow has no '" .. name .. "'") end
  end
  local made = { pattern = pattern }
  for name in next, sets.workflow_kept do made[name] = all[name] end
  if made.name ~= nil then made.name = text(made.name) or raise(say.no_text(what, "name", type(made.name))) end
  made.retry = guest.take_retry(all, what)
  add_strategy(made, all, what)
  read[pattern](made, all, what)
  local told = {}
  for _, name in next, { "on_before_execute", "on_after_execute", "on_error" } do
    local main = all[name]
    if main ~= nil and type(main) ~= "function" then raise(say.no_function(what, name, type(main))) end
    told[name] = main
  end
  return made, told
end
guest.read_steps, guest.read_branch = read_steps, read_branch
