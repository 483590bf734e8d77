-- How spells write agents and requests, in the host's words. The host says what it does not know.
-- After: names, units.
local raw, guest = ...
local array = JSON.array
local raise, snake, text, kind, null = guest.raise, guest.snake, guest.text, guest.kind, JSON.null
local words, kept, flat, bounds = guest.aliases.agent_options, guest.aliases.history, guest.sets.agent_groups, guest.limits
local say, scaled = guest.messages, guest.scaled
local is_idle = guest.is_idle
local type, next, tostring = type, next, tostring
local find, sub, lower, insert = string.find, string.sub, string.lower, table.insert

-- A table as options: not a reply, a failure or a list.
local function is_options(value) return type(value) == "table" and not kind(value) and value[1] == nil end

local function set(all, name, value, what)
  if all[name] ~= nil then raise(say.given_twice(what, tostring(name))) end
  all[name] = value
end

local function set_inner(all, group, name, value, what)
  local inner = all[group]
  if inner == nil then
    inner = {}
    all[group] = inner
  end
  if type(inner) ~= "table" then raise(what .. ": " .. group .. " must be a table") end
  set(inner, name, value, what)
end

-- OpenAI's `response_format`: {type = "json_schema", json_schema = {schema = ...}}, or {type = "json_object"}, or a schema.
local function schema_of(format, what)
  if type(format) ~= "table" then raise(what .. ": response_format must be a table") end
  if format.type == "text" then return nil end
  if format.type == "json_object" and format.properties == nil then return { type = "object" } end
  if format.type ~= "json_schema" then return format end
  local inner = format.json_schema or format
  if type(inner.schema) ~= "table" then raise(what .. ": response_format.json_schema has no schema") end
  return inner.schema
end

local function choice_of(choice)
  if type(choice) ~= "table" then
    if choice == "auto" or choice == "none" or choice == "required" or choice == "any" then return choice end
    return type(choice) == "string" and { tool = choice } or choice
  end
  if choice.tool ~= nil then return choice end
  local name = choice.name or type(choice["function"]) == "table" and choice["function"].name
  return name and { tool = name } or choice
end

-- An empty table is a list there.
local lists = { messages = true, input = true, documents = true, stop = true }

-- Adds `options` to `all`. `what` names the call in messages; `tools` makes names of a list of tools.
local add
function add(all, options, what, depth)
  if options == nil then return all end
  if not is_options(options) then raise(what .. " takes a table of options, not " .. (type(options) == "table" and "a list" or "a " .. type(options))) end
  for key, value in next, options do
    local name = snake(key)
    name = words[name] or name
    if is_idle("agent_idle", name, what, key) then -- it is left out
    elseif name == "model" and depth < 2 and is_options(value) then
      local model = {}
      for inner, one in next, value do model[(inner == "name" or inner == "id" or inner == "model_id") and "model" or inner] = one end
      add(all, model, what .. ": model", depth + 1)
    elseif name == "api_key" then raise(what .. ": " .. say.no_key())
    elseif flat[name] and depth < 2 then
      add(all, value, what .. ": " .. tostring(key), depth + 1)
    elseif bounds[name] then
      local bound = bounds[name]
      set_inner(all, "limits", bound.limit, bound.unit and scaled(value, bound.unit, what, name) or value, what)
    elseif kept[name] then set_inner(all, "history", kept[name], value, what)
    elseif name == "response_format" then set(all, "schema", schema_of(value, what), what)
    elseif name == "tool_choice" then set(all, name, choice_of(value), what)
    elseif name == "tools" and value ~= null then set(all, name, guest.tool_names(value, what), what)
    elseif name == "parallel_tool_calls" or name == "parallel_tools" and type(value) == "boolean" then
      if type(value) ~= "boolean" then raise(what .. ": " .. name .. " must be true or false") end
      set(all, "parallel_tools", value and 8 or 1, what)
    elseif name == "output_modalities" then
      if type(value) ~= "table" or #value ~= 1 or value[1] ~= "text" then raise(what .. ": output_modalities can only be {\"text\"}: models give text here") end
    elseif lists[name] and type(value) == "table" and next(value) == nil then set(all, name, array({}), what)
    else set(all, name, value, what) end
  end
  return all
end
function guest.options(all, options, what) return add(all, options, what, 0) end

-- A list of names from names, tools, agents and definitions of tools.
function guest.tool_names(list, what)
  if text(list) then return { text(list) } end
  if type(list) ~= "table" then raise(what .. ": tools must be a list of names and tools") end
  if list[1] == nil and next(list) ~= nil then return { guest.tool_name(list, what) } end
  local names = array({})
  for i = 1, #list do names[i] = guest.tool_name(list[i], what) end
  return names
end

local starts = {
  { "\137PNG\r\n\26\n", "image/png" }, { "\255\216\255", "image/jpeg" }, { "GIF8", "image/gif" }, { "RIFF", "image/webp" },
}

local letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
local byte, rep, concat = string.byte, string.rep, table.concat

local function base64(bytes)
  local pieces, n, padding = {}, 0, -#bytes % 3
  bytes = bytes .. rep("\0", padding)
  for i = 1, #bytes, 3 do
    local a, b, c = byte(bytes, i, i + 2)
    local bits = a << 16 | b << 8 | c
    local w, x, y, z = bits >> 18 & 63, bits >> 12 & 63, bits >> 6 & 63, bits & 63
    n = n + 1
    pieces[n] = sub(letters, w + 1, w + 1) .. sub(letters, x + 1, x + 1) .. sub(letters, y + 1, y + 1) .. sub(letters, z + 1, z + 1)
  end
  local all = concat(pieces)
  return sub(all, 1, #all - padding) .. rep("=", padding)
end

local image_fields = guest.aliases.image

-- Bytes, or a table with data (bytes or base64) and media_type.
local function image_of(image, what)
  if type(image) == "string" then image = { data = image } end
  if not is_options(image) then raise(what .. ": an image is its bytes, or a table with data and media_type") end
  local found = {}
  for key, value in next, image do
    key = snake(key)
    set(found, image_fields[key] or key, value, what .. ": image")
  end
  if type(found.data) == "string" then
    for i = 1, #starts do
      if sub(found.data, 1, #starts[i][1]) == starts[i][1] then
        found.data, found.media_type = base64(found.data), found.media_type or starts[i][2]
        break
      end
    end
  end
  return found
end

local prompt_names, image_names = guest.lists.prompt, guest.lists.images

-- Takes the prompt out of a table of options, whatever it is called there: a text, or {text, images}. Nil if there is none.
function guest.take_prompt(options, what)
  local prompt, images
  for i = 1, #prompt_names do
    local name = prompt_names[i]
    if options[name] ~= nil then
      if prompt ~= nil then raise(what .. ": " .. name .. " is a second prompt") end
      prompt, options[name] = options[name], nil
      if not text(prompt) then raise(say.no_text(what, name, type(prompt))) end
    end
  end
  for i = 1, #image_names do
    local given = options[image_names[i]]
    if given ~= nil then
      options[image_names[i]] = nil
      if type(given) == "string" or is_options(given) then given = { given } end
      if type(given) ~= "table" then raise(what .. ": " .. image_names[i] .. " must be a list of images") end
      images = images or {}
      for j = 1, #given do insert(images, image_of(given[j], what)) end
    end
  end
  prompt = prompt and text(prompt)
  if images and images[1] then return { text = prompt, images = images } end
  return prompt
end
