-- Template: spells of ours for common work, each a documented program (examples/templates) that the binary carries.
-- After: llm, module.
local raw, guest = ...
local complete = guest.llm_names.complete
local load, read, elapsed = raw.module.load, raw.module.read, raw.clock.elapsed
local raise, text, kind, say, nearest, snake, array, decode = guest.raise, guest.text, guest.kind, guest.messages, guest.nearest, guest.snake, JSON.array, JSON.decode
local error, next, type, tonumber, tostring, lower, find, sort = error, next, type, tonumber, tostring, string.lower, string.find, table.sort

local members = {}
Template = guest.open_names(members, "Template")

local catalogue -- the list of what there is

local function all()
  if not catalogue then
    local found, failure = read("llmspell:templates/list.json")
    if not found then error(failure, 0) end
    catalogue = decode(found)
  end
  return catalogue
end

local function need(id, what)
  local known = {}
  id = text(id) or raise(say.takes_text(what, "a template's id", type(id)))
  for _, one in next, all() do
    if one.id == id then return one end
    known[one.id] = true
  end
  raise(what .. ": there is no template '" .. id .. "'" .. nearest(id, known))
end

-- All, or those of a category: {{id, name, description, category}}
function members.list(category)
  local found = array({})
  for _, one in next, all() do
    if category == nil or one.category == text(category) then
      found[#found + 1] = { id = one.id, name = one.name, description = one.description, category = one.category }
    end
  end
  return found
end
-- What it takes, as a JSON Schema.
function members.schema(id) return need(id, "Template.schema").parameters end
function members.info(id, with_schema)
  local one = need(id, "Template.info")
  return {
    id = one.id, name = one.name, description = one.description, category = one.category, requires = one.requires,
    schema = with_schema ~= false and one.parameters or nil,
  }
end
-- Those whose name, description or category has these words.
function members.search(query, category)
  query = lower(text(query) or raise(say.takes_text("Template.search", "a text", type(query))))
  local found = array({})
  for _, one in next, members.list(category) do
    if find(lower(one.id .. " " .. one.name .. " " .. one.description .. " " .. one.category), query, 1, true) then found[#found + 1] = one end
  end
  return found
end
function members.exists(id)
  for _, one in next, all() do if one.id == text(id) then return true end end
  return false
end

-- A value as the schema wants it: parameters of a command line are texts.
local function read_value(given, property, what)
  local of = property.type
  if text(given) and (of == "integer" or of == "number") then given = tonumber(text(given)) or given end
  if text(given) and of == "boolean" and (text(given) == "true" or text(given) == "false") then given = text(given) == "true" end
  if type(given) ~= "number" and text(given) and of == "array" then given = array({ text(given) }) end
  local is = type(given)
  if is == "table" and text(given) then is = "string" elseif is == "table" then is = of == "array" and "array" or "object" elseif is == "number" and of == "integer" and given == given // 1 then is = "integer" end
  if is ~= of and not (is == "integer" and of == "number") then raise(what .. " must be of type " .. of .. ", not " .. is) end
  if property.enum then
    local known = {}
    for _, one in next, property.enum do known[one] = true end
    if not known[text(given)] then raise(what .. ": there is no '" .. tostring(given) .. "'" .. nearest(tostring(given), known)) end
  end
  if property.minimum and given < property.minimum or property.maximum and given > property.maximum then
    raise(what .. " must be from " .. property.minimum .. " to " .. property.maximum)
  end
  return given
end

local function parameters_of(one, given, what)
  local properties, found = one.parameters.properties, {}
  if given ~= nil and (type(given) ~= "table" or kind(given)) then raise(say.takes_table(what, type(given))) end
  for key, value in next, given or {} do
    local name = snake(key)
    if not properties[name] then raise(say.no_option(what, tostring(key), nearest(tostring(name), properties))) end
    found[name] = read_value(value, properties[name], what .. ": " .. name)
  end
  for name, property in next, properties do
    if found[name] == nil then found[name] = property.default end
  end
  for _, name in next, one.parameters.required or {} do
    if found[name] == nil then raise(what .. " needs `" .. name .. "`: " .. properties[name].description) end
  end
  return found
end

-- {result_type, result, artifacts, metadata, metrics = {duration_ms, tokens_used, agents_invoked}}
function members.execute(id, given)
  local one = need(id, "Template.execute")
  local parameters = parameters_of(one, given, "Template.execute: " .. one.id)
  local metrics, began = { tokens_used = 0, agents_invoked = 0 }, elapsed()
  local main, failure = load("llmspell:templates/" .. one.id .. ".lua")
  if not main then error(failure, 0) end
  -- Asks a model, and counts what it used.
  local function ask(request)
    if request.model == nil then request.model = parameters.model end
    local reply = complete(request)
    metrics.tokens_used = metrics.tokens_used + (reply.usage and reply.usage.total_tokens or 0)
    metrics.agents_invoked = metrics.agents_invoked + 1
    return reply
  end
  local result, more = main(one.id)(parameters, ask)
  more = more or {}
  metrics.duration_ms = (elapsed() - began) * 1000
  return {
    result_type = text(result) and "text" or "structured", result = result, artifacts = array(more.artifacts or {}),
    metadata = { template = one.id, name = one.name, category = one.category, parameters = parameters, details = more.metadata },
    metrics = metrics,
  }
end
members.run, members.exec, guest.execute_template = members.execute, members.execute, members.execute

-- What an execution asks of models at most: {calls, max_tokens}. What that costs the configuration's prices say, and the run's
-- receipt after it.
function members.estimate_cost(id, given)
  local one = need(id, "Template.estimate_cost")
  local parameters = parameters_of(one, given, "Template.estimate_cost: " .. one.id)
  local calls = one.calls
  for name, by in next, one.calls_for or {} do
    local value = parameters[name]
    calls = calls + by * (type(value) == "table" and #value or type(value) == "number" and value or 0)
  end
  return { template = one.id, calls = calls, max_tokens = calls * (parameters.max_tokens or 1000) }
end
