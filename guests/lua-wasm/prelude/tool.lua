-- Tool and tools: functions with a name and a schema, of the spell's own and of the host.
-- After: task, tool_definition.
local raw, guest = ...
raw = raw.tool
local define, check, remove, list, describe = raw.define, raw.check, raw.remove, raw.list, raw.describe
local validate, invoke, discover = raw.validate, raw.invoke, raw.discover
local read, handler_of, handler, forget = guest.read_tool, guest.tool_handler, guest.handler, guest.forget
local drive, raise, failure, text, kind = guest.drive, guest.raise, guest.failure, guest.text, guest.kind
local spawn, share = Task.spawn, guest.share_task
local error, pcall, next, select, type, tostring, setmetatable = error, pcall, next, select, type, tostring, setmetatable
local gsub, upper, sort = string.gsub, string.upper, table.sort

local schemas_only = {} -- names that the spell registered without a function
local names = setmetatable({}, { __mode = "k" }) -- tool -> name; out of the spell's reach
local abouts = setmetatable({}, { __mode = "k" }) -- tool -> what the host said of it when it was looked up

local function same(name) return (gsub(name, "-", "_")) end

local function name_of(tool, what)
  local name = names[tool] or text(tool)
  if not name then raise(what .. " takes the name of a tool, not a " .. type(tool)) end
  return name
end

-- What the host says of a tool, or nil and why not.
local function find(name)
  local found, problem = describe(name)
  if found then return found end
  if problem.code == "not-found" and schemas_only[same(name)] then
    problem = failure("not-found", "the tool '" .. name .. "' was registered without a function to execute, and the host "
      .. "has none of this name: " .. problem.message)
  end
  return nil, problem
end

local function need(name)
  local found, problem = find(name)
  if not found then error(problem, 0) end
  return found
end

-- Whether a value is the arguments as a whole, by name.
local function is_named(value)
  return value == nil or type(value) == "table" and not kind(value) and not names[value] and value[1] == nil
end

local function arguments_of(name, about, count, ...)
  if count == 0 or count == 1 and is_named(...) then return (...) end
  local order, arguments = (about or need(name)).positional, {}
  if count > #order then raise("the tool '" .. name .. "' takes at most " .. #order .. " arguments, not " .. count) end
  for i = 1, count do arguments[order[i]] = (select(i, ...)) end
  return arguments
end

local function execute_known(name, about, ...)
  if schemas_only[same(name)] then need(name) end
  return drive(invoke(name, arguments_of(name, about, select("#", ...), ...)))
end
local function execute(name, ...) return execute_known(name, nil, ...) end

-- The schema as a whole, with the parameters as a list beside it.
local function schema_of(name)
  local found, required = need(name), {}
  local schema = { name = found.name, description = found.description, parameters = {} }
  for key, value in next, found.parameters do schema[key] = value end
  for _, one in next, found.parameters.required or {} do required[one] = true end
  for i, one in next, found.positional do
    local property = found.parameters.properties[one]
    local about = type(property) == "table" and property or {}
    schema.parameters[i] = {
      name = one, type = about.type, description = about.description, required = required[one] == true,
      default = about.default,
    }
  end
  return schema
end

local methods, tool_meta = {}, guest.handles{ __metatable = false, __name = "tool" }

-- Called with a colon or with a dot: a method of one tool alone.
local function method_of(tool, name, method)
  return function(first, ...)
    if first == tool then return method(name, ...) end
    return method(name, first, ...)
  end
end
function tool_meta.__index(tool, key)
  local name, method = names[tool], methods[key]
  if method then return method_of(tool, name, method) end
  if key == "name" then return name end
  if key == "schema" then return schema_of(name) end
  local about = abouts[tool] or need(name)
  abouts[tool] = about
  return about[key]
end
function tool_meta.__call(tool, ...) return execute_known(names[tool], abouts[tool], ...) end
function tool_meta.__tostring(tool) return "tool: " .. names[tool] end

local function tool_of(name, about)
  local tool = setmetatable({}, tool_meta)
  names[tool], abouts[tool] = name, about
  return tool
end

local function register(what, ...)
  local definition, main = read(what, ...)
  if not main then
    local ok, problem = check(definition)
    if not ok then error(problem, 0) end
    schemas_only[same(definition.name)] = true
    return tool_of(definition.name)
  end
  local number = handler(handler_of(main), definition.parallel == true)
  local ok, problem = define(definition, number)
  if not ok then
    forget(number)
    error(problem, 0)
  end
  schemas_only[same(definition.name)] = nil
  return tool_of(definition.name)
end

local function unregister(tool, what)
  local name = name_of(tool, what)
  local number, problem = remove(name)
  if problem then error(problem, 0) end
  local had = schemas_only[same(name)]
  schemas_only[same(name)] = nil
  if number then forget(number) end
  return number ~= nil or had == true
end

-- {valid =, errors =}
local function judge(ok, problem)
  if not ok and problem.code ~= "invalid" and problem.code ~= "too-large" then error(problem, 0) end
  return { valid = ok == true, errors = ok and JSON.array({}) or { problem.message } }
end

-- What a tool gives, later. Whatever is asked of it that a task has not, the result has.
local function execute_later(name, ...)
  local task = spawn(execute, name, ...)
  local function ask(_, key)
    local member = task[key]
    if member == nil then return task:await()[key] end
    return function(_, ...) return member(task, ...) end
  end
  local later = setmetatable({}, { __index = ask, __metatable = false, __name = "task" })
  share(later, task)
  return later
end

methods.execute, methods.invoke, methods.run, methods.call = execute, execute, execute, execute
methods.execute_async, methods.get_schema = execute_later, schema_of
methods.get_info = need
function methods.validate(name, arguments) return judge(validate(name, arguments)) end
function methods.unregister(name) return unregister(name, "tool:unregister") end
methods.remove = methods.unregister

local Members, filters = {}, guest.aliases.tool_filter
function Members.register(...) return register("Tool.register", ...) end
function Members.execute(tool, ...) return execute(name_of(tool, "Tool.execute"), ...) end
function Members.execute_async(tool, ...) return execute_later(name_of(tool, "Tool.execute_async"), ...) end
Members.list = list
-- nil if there is none; a tool that is not granted is an error.
function Members.get(tool)
  local name = name_of(tool, "Tool.get")
  local found, problem = find(name)
  if found then return tool_of(found.name, found) end
  if problem.code ~= "not-found" then error(problem, 0) end
  return nil
end
function Members.exists(tool) return find(name_of(tool, "Tool.exists")) ~= nil end
function Members.info(tool) return need(name_of(tool, "Tool.get_info")) end
function Members.get_schema(tool) return schema_of(name_of(tool, "Tool.get_schema")) end
function Members.unregister(tool) return unregister(tool, "Tool.unregister") end
-- A definition, or a tool and arguments for it.
function Members.validate(first, arguments)
  if names[first] or text(first) then return judge(validate(name_of(first, "Tool.validate"), arguments)) end
  return judge(check((read("Tool.validate", first))))
end
function Members.discover(filter)
  if text(filter) then filter = { category = text(filter) } end
  local all = {}
  for key, value in next, filter or {} do
    all[filters[key] or key] = value
  end
  return drive(discover(all))
end
function Members.categories()
  local found, seen = JSON.array({}), {}
  for _, tool in next, list() do
    local category = tool.category
    if type(category) == "string" and not seen[category] then found[#found + 1], seen[category] = category, true end
  end
  sort(found)
  return found
end

for name, known in next, guest.aliases.tool_functions do Members[name] = Members[known] end

local function add_camel_case(members)
  local all = {}
  for name, member in next, members do all[gsub(name, "_(%l)", upper)] = member end
  for name, member in next, all do members[name] = member end
end
add_camel_case(Members)
add_camel_case(methods)

-- Another dialect's: a failure is a second result.
local function execute_or_tell(tool, ...)
  local name = name_of(tool, "tools.execute")
  local ok, result = pcall(execute, name, ...)
  if ok then return result end
  return nil, kind(result) == "failure" and result.message or tostring(result)
end
local Others = setmetatable({
  execute = execute_or_tell,
  validate = function(tool, arguments)
    if not names[tool] and not text(tool) then return Members.validate(tool) end
    local ok, problem = validate(name_of(tool, "tools.validate"), arguments)
    if ok then return true end
    return false, problem.message
  end,
}, { __index = Members })

-- A tool by its name, where nothing else is called so.
local function open(members)
  return setmetatable({}, {
    __metatable = false,
    __index = function(_, key)
      local member = members[key]
      if member ~= nil or type(key) ~= "string" then return member end
      local about = need(key)
      return tool_of(about.name, about)
    end,
  })
end
Tool, tools = open(Members), open(Others)

guest.tool = { execute = execute, later = execute_later, register = register, schema = schema_of, need = need }
