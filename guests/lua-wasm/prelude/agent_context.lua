-- Contexts: what several agents are told beside the prompt. They live as long as the run.
-- After: agent.
local raw, guest = ...
local encode, decode = JSON.encode, JSON.decode
local raise, text, snake = guest.raise, guest.text, guest.snake
local type, next, tostring, sort, concat, lower = type, next, tostring, table.sort, table.concat, string.lower
local Names, methods, say = guest.agent_names, guest.agent_methods, guest.messages

local contexts, last, shared = {}, 0, {}
local inheritances, kinds, known = guest.sets.inheritances, guest.sets.context_scopes, guest.sets.context

local function copy(value)
  if type(value) ~= "table" then return value end
  return decode(encode(value))
end

-- "global", or {type, id}.
local function scope_of(scope)
  if scope == nil or scope == "global" then return "global" end
  if type(scope) == "table" then
    if not kinds[scope.type] then raise("a scope's type is session, workflow, agent or user" .. (text(scope.type) and guest.nearest(text(scope.type), kinds) or "")) end
    return scope.type .. ":" .. tostring(scope.id or "")
  end
  return text(scope) or raise("a scope is \"global\", a text, or a table with type and id")
end

local function find(id, what)
  local context = contexts[text(id) or 0]
  if not context then raise(what .. ": there is no context '" .. tostring(id) .. "'" .. guest.nearest(tostring(id), contexts)) end
  return context
end

local function new(context)
  last = last + 1
  context.id = "context-" .. last
  contexts[context.id] = context
  return context.id
end

-- Gives its id.
function Names.create_context(definition)
  definition = definition or {}
  if type(definition) ~= "table" then raise("Agent.create_context takes a table, not a " .. type(definition)) end
  local context = { about = {} }
  for key, value in next, definition do
    local name = snake(key)
    if not known[name] then raise(say.no_member("a context", tostring(key), guest.nearest(tostring(name), known))) end
    if name == "security" then raise("a context grants nothing: what a spell may use is the operator's to say") end
    context[name], context.about[name] = value, value
  end
  context.data, context.scope = copy(context.data or {}), scope_of(context.scope)
  local inheritance = context.inheritance or "inherit"
  if not inheritances[inheritance] then raise(say.no_inheritance()) end
  if context.parent then return Names.create_child_context(context.parent, definition.scope, inheritance) end
  return new(context)
end

-- "isolate": sees nothing of its parent; "copy": has what the parent has now; "share": both are one; "inherit": sees the
-- parent's values under its own.
function Names.create_child_context(parent, scope, inheritance)
  local above = find(parent, "Agent.create_child_context")
  inheritance = inheritance and lower(text(inheritance) or "") or "inherit"
  if not inheritances[inheritance] then raise(say.no_inheritance()) end
  local context = { scope = scope_of(scope or above.scope), parent = above.id, inheritance = inheritance, about = {}, data = {} }
  if inheritance == "copy" then context.data = copy(above.data)
  elseif inheritance == "share" then context.data = above.data
  elseif inheritance == "inherit" then context.above = above end
  return new(context)
end

function Names.update_context(id, key, value)
  local data = find(id, "Agent.update_context").data
  if type(key) == "table" then
    for name, one in next, key do data[name] = one end
  else data[text(key) or raise("Agent.update_context takes a key, a text")] = value end
  return true
end

function Names.get_context_data(id, key)
  local context = find(id, "Agent.get_context_data")
  if key == nil then
    local all = context.above and Names.get_context_data(context.above.id) or {}
    for name, value in next, context.data do all[name] = value end
    return all
  end
  while context do
    if context.data[key] ~= nil then return context.data[key] end
    context = context.above
  end
end

function Names.get_context(id)
  local context = find(id, "Agent.get_context")
  return { id = context.id, scope = context.scope, parent = context.parent, inheritance = context.inheritance, data = Names.get_context_data(id) }
end

function Names.remove_context(id)
  local context = find(id, "Agent.remove_context")
  contexts[context.id] = nil
  return true
end

function Names.set_shared_memory(scope, key, value)
  scope = scope_of(scope)
  shared[scope] = shared[scope] or {}
  shared[scope][key] = value
  return true
end
function Names.get_shared_memory(scope, key)
  local memory = shared[scope_of(scope)]
  return memory and memory[key]
end

-- The context and those above it, innermost first.
function Names.get_hierarchy(id)
  local found, context = {}, find(id, "Agent.get_hierarchy")
  while context do
    found[#found + 1] = { id = context.id, scope = context.scope }
    context = contexts[context.parent or 0]
  end
  return found
end

-- The prompt, and the context's data as part of the instructions.
function methods.execute_with_context(agent, prompt, id, options)
  local lines, data = {}, Names.get_context_data(id)
  local memory = shared[find(id, "agent:execute_with_context").scope] or {}
  for _, values in next, { memory, data } do
    local names = {}
    for name in next, values do names[#names + 1] = tostring(name) end
    sort(names)
    for i = 1, #names do lines[#lines + 1] = names[i] .. ": " .. (text(values[names[i]]) or encode(values[names[i]])) end
  end
  local all = guest.options({}, options, "agent:execute_with_context")
  if lines[1] then all.context = "Context:\n" .. concat(lines, "\n") end
  return methods.run(agent, prompt, all)
end
