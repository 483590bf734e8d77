-- JSON Schemas: data that is checked by one, made to fit, and taken apart by it. The host's tool does the work.
-- Names: schema, zigllms.schema.
-- After: tool, names.
local raw, guest = ...
local execute, raise, text_of, say = guest.tool.execute, guest.raise, guest.text, guest.messages
local open_names = guest.open_names
local type, next, setmetatable, select = type, next, setmetatable, select
local array = JSON.array

-- A text or a reply; a number is data.
local function text(value) return type(value) ~= "number" and text_of(value) or nil end

local TOOL = "schema-processor"

local compiled = setmetatable({}, { __mode = "k" }) -- what compile gave -> its schema

local function document(given, what)
  if type(given) == "table" and compiled[given] then return compiled[given] end
  if text(given) then return text(given) end
  if type(given) ~= "table" then raise(say.no_compiled(what, type(given))) end
  return given
end

local function ask(what, request)
  local found = execute(TOOL, request)
  if not found.success then raise(what .. ": " .. found.error.message) end
  return found.result
end

local function with_data(operation, what, data, given, options)
  local request = { operation = operation, input = text(data) or data, schema = document(given, what) }
  for key, value in next, options or {} do request[key] = text(value) or value end
  return ask(what, request)
end

local schema = guest.zigllms.schema
-- {valid, errors}
function schema.validate(data, given)
  local found = with_data("validate", "schema.validate", data, given)
  return { valid = found.valid, errors = array(found.errors) }
end
-- The data as the schema wants it, and what was changed.
function schema.coerce(data, given, options)
  local found = with_data("coerce", "schema.coerce", data, given, options)
  return found.value, array(found.changes)
end
-- The parts that the schema has, also of a text with JSON in it.
function schema.extract(data, given, options) return with_data("extract", "schema.extract", data, given, options).value end
-- Of an example, or of a list of them with {many = true}.
function schema.generate(example, options)
  local many = type(options) == "table" and options.many == true
  return ask("schema.generate", { operation = "generate", input = text(example) or example, many = many }).schema
end
-- What fits all of them.
function schema.merge(first, ...)
  local merged = document(first, "schema.merge")
  for i = 1, select("#", ...) do
    local other = document((select(i, ...)), "schema.merge")
    merged = ask("schema.merge", { operation = "merge", input = merged, schema = other }).schema
  end
  return merged
end
-- Of the short form, a text, or a schema: written out, and checked.
function schema.create(given) return ask("schema.create", { operation = "compile", schema = document(given, "schema.create") }).schema end
function schema.get_info(given) return ask("schema.get_info", { operation = "info", schema = document(given, "schema.get_info") }) end

local methods = { validate = schema.validate, coerce = schema.coerce, extract = schema.extract }
local meta = { __metatable = false, __name = "schema" }
-- Called with a colon or with a dot.
function meta.__index(self, name)
  if name == "schema" then return compiled[self] end
  local method = methods[name]
  return method and function(first, ...)
    if first == self then return method((...), self, select(2, ...)) end
    return method(first, self, ...)
  end
end
function schema.compile(given)
  local made = setmetatable({}, meta)
  compiled[made] = schema.create(given)
  return made
end

-- Without what is required: whether what is there fits.
function schema.validate_partial(data, given)
  local whole, partial = schema.create(given), {}
  for key, value in next, whole do
    if key ~= "required" then partial[key] = value end
  end
  return schema.validate(data, partial)
end
schema.create_from_string, schema.validate_with_details, schema.generate_from_data = schema.create, schema.validate, schema.generate
schema.extend, schema.defaults, schema.strip, schema.extract_json = schema.merge, schema.coerce, schema.extract, schema.extract
return open_names(schema, "schema")
