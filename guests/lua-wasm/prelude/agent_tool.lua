-- Agents and tools: the tools that an agent has, and an agent as a tool of others.
-- After: agent_names, tool.
local raw, guest = ...
local raise, text, own, agents, need = guest.raise, guest.text, guest.agent_of, guest.agents, guest.need_agent
local type, next, rawget, tostring, gsub, sub = type, next, rawget, tostring, string.gsub, string.sub
local create_tool, get_tool, execute, exists = Tool.create, Tool.get, Tool.execute, Tool.exists
local Names, methods = guest.agent_names, guest.agent_methods

-- What models take as a tool's name.
local function tool_word(name)
  local word = gsub(name, "[^%w_-]", "_")
  return sub(word ~= "" and word or "agent", 1, 64)
end

local known = guest.sets.as_tool

-- A tool that asks this agent: {name, description, category, tags, parallel}. Gives the tool.
function methods.as_tool(agent, options)
  local info = own(agent)
  options = options or {}
  if type(options) ~= "table" then raise("agent:as_tool takes a table of options, not a " .. type(options)) end
  local all = {}
  for key, value in next, options do
    local name = guest.snake(key)
    if not known[name] then raise(guest.messages.no_option("agent:as_tool", tostring(key), guest.nearest(tostring(name), known))) end
    if name == "security_level" then raise("agent:as_tool: there are no security levels: an agent's tool can do what the agent can") end
    all[name] = value
  end
  return create_tool{
    name = text(all.name or all.tool_name) or tool_word(info.name),
    description = all.description or methods.describe(agent).description or "Asks the agent " .. info.name .. ".",
    category = all.category, tags = all.tags, parallel = all.parallel ~= false,
    parameters = {
      type = "object", required = { "prompt" },
      properties = { prompt = { type = "string", description = "What the agent is asked." } },
    },
    execute = function(arguments) return methods.run(agent, arguments.prompt).text end,
  }
end

-- Of an agent or its name. Gives the tool's name.
function Names.wrap_as_tool(name, options) return methods.as_tool(need(name, "Agent.wrap_as_tool"), options).name end

-- The name of a tool: of itself, of a tool, of a definition with a function (which is defined), or of an agent's tool.
function guest.tool_name(entry, what)
  local name = text(entry)
  if name then return name end
  if type(entry) ~= "table" then raise(what .. ": tools must be names or tools, not a " .. type(entry)) end
  if agents[entry] then
    local word = tool_word(own(entry).name)
    if exists(word) then return word end
    return methods.as_tool(entry).name
  end
  local inner = rawget(entry, "function")
  if type(inner) == "table" then entry = inner end
  local main = rawget(entry, "execute") or rawget(entry, "handler") or rawget(entry, "run") or type(inner) == "function" and inner
  if main then return create_tool(entry).name end
  name = text(entry.name)
  if not name then raise(what .. ": a tool in `tools` has no name") end
  return name
end

local function names_of(agent) return methods.describe(agent).tools or {} end
methods.get_tools = names_of

-- One more; what the agent remembers stays.
function methods.add_tool(agent, tool)
  local names, name = names_of(agent), guest.tool_name(tool, "agent:add_tool")
  names[#names + 1] = name
  return methods.configure(agent, { tools = names })
end

local function same(a, b) return gsub(a, "-", "_") == gsub(b, "-", "_") end

local function has(names, name)
  for i = 1, #names do
    if same(names[i], text(name) or "") then return true end
  end
  return false
end
function methods.has_tool(agent, name) return has(names_of(agent), name) end

function methods.get_tool_metadata(agent, name)
  if not methods.has_tool(agent, name) then return nil end
  local tool = get_tool(name)
  return tool and tool.schema
end
function methods.get_all_tool_metadata(agent)
  local all, names = {}, names_of(agent)
  for i = 1, #names do all[names[i]] = methods.get_tool_metadata(agent, names[i]) end
  return all
end

-- One of the agent's tools; if it was given none, any that the spell may use.
function methods.invoke_tool(agent, name, arguments)
  local names = names_of(agent)
  if names[1] and not has(names, name) then
    local known = {}
    for i = 1, #names do known[names[i]] = true end
    raise("the agent '" .. own(agent).name .. "' has no tool '" .. (text(name) or type(name)) .. "'" .. guest.nearest(text(name) or "", known))
  end
  return execute(name, arguments)
end
for name, known in next, guest.aliases.agent_tool do methods[name] = methods[known] end
