-- Tools as zigllms spells them: ids, which are names, and an error for each that is unknown.
-- Names: zigllms.tool.
-- After: tool.
local raw, guest = ...
local tool, text, raise = guest.tool, guest.text, guest.raise
local execute, later, register, schema, need = tool.execute, tool.later, tool.register, tool.schema, tool.need
local Tool, Task, next, pcall, tostring, type = Tool, Task, next, pcall, tostring, type
local exists, list, discover, validate, unregister = Tool.exists, Tool.list, Tool.discover, Tool.validate, Tool.unregister
local timeout = Task.timeout

local function id_of(id, what)
  return text(id) or raise("zigllms.tool." .. what .. " takes the id of a tool, not a " .. type(id))
end

local modes, constants = guest.sets.zigllms_modes, guest.zigllms.tool

-- Every tool of a spell is sandboxed; "async" gives a task.
local function execute_with(id, input, options)
  id = id_of(id, "execute")
  local mode, time = "direct", nil
  for key, value in next, options or {} do
    if key == "mode" or key == "execution_mode" then mode = value
    elseif key == "timeout_ms" or key == "timeout" then time = value
    else raise("zigllms.tool.execute has no option '" .. tostring(key) .. "'; known are: mode, timeout_ms") end
  end
  if not modes[mode] then raise("zigllms.tool.execute: mode must be direct, sandboxed or async") end
  local main = execute
  if time then main = function(...) return timeout(time, Task.spawn(execute, ...)) end end
  if mode == "async" then
    if time then return Task.spawn(main, id, input) end
    return later(id, input)
  end
  return main(id, input)
end

local all = {
  ExecutionMode = constants.ExecutionMode, Category = constants.Category,
  register = function(...) return register("zigllms.tool.register", ...).name end,
  execute = execute_with,
  unregister = function(id)
    if unregister(id_of(id, "unregister")) then return true end
    return need(id)
  end,
  discover = function(category) return discover(category) end,
  list = list,
  get = function(id) return need(id_of(id, "get")) and Tool.get(id) end,
  exists = exists,
  validate = function(definition) return validate(definition) end,
  get_schema = function(id) return schema(id_of(id, "get_schema")) end,
  get_info = function(id) return need(id_of(id, "get_info")) end,
}
-- Whether it is there and may be called.
function all.health_check(id)
  id = id_of(id, "health_check")
  local ok, found = pcall(need, id)
  if ok then return { id = found.name, healthy = true, status = "healthy", source = found.source } end
  return { id = id, healthy = false, status = "unhealthy", error = tostring(found) }
end
all.healthCheck = all.health_check
all.execute_async = later
all.getSchema, all.getInfo, all.executeAsync = all.get_schema, all.get_info, later
return all
