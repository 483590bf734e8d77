-- What a spell says of a tool, in many spellings, as the host wants it.
-- After: operation.
local raw, guest = ...
local raise, text, kind = guest.raise, guest.text, guest.kind
local type, next, tostring, error = type, next, tostring, error
local gsub, lower = string.gsub, string.lower

local spellings, say = guest.aliases.tool, guest.messages

local function snake(key)
  if type(key) ~= "string" then return key end
  key = gsub(key, "%u", function(letter) return "_" .. lower(letter) end)
  return spellings[key] or key
end

-- {{name =, type =, description =, required =, default =}, ..} as a schema.
local function schema_of(list, what)
  local properties, required, positional = {}, {}, {}
  for i = 1, #list do
    local one = list[i]
    local name = type(one) == "table" and text(one.name)
    if not name then raise(what .. ": parameter " .. i .. " has no name") end
    local property = {}
    for key, value in next, one do
      if key ~= "name" and key ~= "required" then property[key] = value end
    end
    properties[name], positional[i] = property, name
    if one.required then required[#required + 1] = name end
  end
  return { type = "object", properties = properties, required = required[1] and required }, positional
end

-- The definition for the host, and the function: nil if there is none.
local function read(given, what)
  if type(given) ~= "table" or kind(given) then
    raise(what .. " takes a table with name, description, parameters and execute, not a " .. type(given))
  end
  local definition = {}
  for key, value in next, given do
    local name = snake(key)
    if definition[name] ~= nil then raise(say.given_twice(what, tostring(name))) end
    if not guest.is_idle("tool_idle", name, what, key) then definition[name] = value end
  end
  local handler, parameters = definition.handler, definition.parameters
  definition.handler, definition.name = nil, text(definition.name) or definition.name
  if handler ~= nil and type(handler) ~= "function" then raise(say.no_function(what, "execute", type(handler))) end
  if type(parameters) == "table" and parameters[1] ~= nil then
    local positional
    definition.parameters, positional = schema_of(parameters, what)
    if definition.positional == nil then definition.positional = positional end
  end
  return definition, handler
end

-- (definition), (name, definition), or a name and then a description, a schema and a function in any order.
function guest.read_tool(what, first, second, third, fourth)
  local name = text(first)
  if not name then return read(first, what) end
  local definition = { name = name }
  if type(second) == "table" and not text(second) and second.type ~= "object" and third == nil then
    for key, value in next, second do definition[key] = value end
    return read(definition, what)
  end
  for _, value in next, { second, third, fourth } do
    local key = text(value) and "description" or type(value) == "table" and "parameters" or "handler"
    if definition[key] ~= nil then raise(say.given_twice(what, key)) end
    definition[key] = text(value) or value
  end
  return read(definition, what)
end

-- What the host calls: a function that fails either by an error or by giving nil and a message.
function guest.tool_handler(handler)
  return function(arguments)
    local result, problem = handler(arguments)
    if result == nil and problem ~= nil then
      if kind(problem) == "failure" then error(problem, 0) end
      error(guest.failure("tool", text(problem) or "the tool failed"), 0)
    end
    return result
  end
end
