-- What models say, read as the format that it is meant in; and values written as one. The host's tool does the work.
-- Names: output, zigllms.output.
-- After: tool, names.
local raw, guest = ...
local execute, raise, text_of, snake, say = guest.tool.execute, guest.raise, guest.text, guest.snake, guest.messages
local open_names, nearest, known = guest.open_names, guest.nearest, guest.sets.output_options
local type, next, tostring, pcall, sub, lower = type, next, tostring, pcall, string.sub, string.lower
local array = JSON.array

-- A text or a reply; a number is data.
local function text(value) return type(value) ~= "number" and text_of(value) or nil end

local TOOL = "output-processor"

-- What the tool gives, or an error that names the function.
local function ask(what, request)
  local found = execute(TOOL, request)
  if not found.success then raise(what .. ": " .. found.error.message) end
  return found.result
end

-- A format alone, or a table of options, into the request.
local function add(request, given, what)
  if given == nil then return request end
  if text(given) then
    request.format = snake(text(given))
    return request
  end
  if type(given) ~= "table" then raise(say.no_options(what, type(given))) end
  for key, value in next, given do
    local name = snake(key)
    if not known[name] then raise(say.no_option(what, tostring(key), nearest(tostring(name), known))) end
    if name == "schema" and type(value) == "table" and type(value.schema) == "table" then value = value.schema end
    request[name] = text(value) or value
  end
  return request
end

local function request_of(operation, input, what, ...)
  local request = { operation = operation, input = text(input) or input }
  for _, given in next, { ... } do add(request, given, what) end
  return request
end

local function value_of(operation, what, data, ...)
  local found = ask(what, request_of(operation, data, what, ...))
  return found.value, found.repairs
end

local output = guest.zigllms.output
-- The value in a text, and what had to be mended.
function output.parse(data, format, options) return value_of("parse", "output.parse", data, format, options) end
function output.recover(data, format, options) return value_of("recover", "output.recover", data, format, options) end
-- {value, format, repairs}
function output.read(data, format, options) return ask("output.read", request_of("parse", data, "output.read", format, options)) end
function output.detect(data) return ask("output.detect", request_of("detect", data, "output.detect")).format end
function output.format(value, target, options)
  return ask("output.format", request_of("format", value, "output.format", target, options)).text
end
-- {valid, errors}
function output.validate(data, format)
  local found = ask("output.validate", request_of("validate", data, "output.validate", format))
  return { valid = found.valid, errors = array(found.errors) }
end
function output.get_schema(format) return ask("output.get_schema", request_of("schema", nil, "output.get_schema", format)).schema end
function output.extract_json(data, options) return value_of("recover", "output.extract_json", data, "json", options) end
function output.extract_markdown(data) return value_of("parse", "output.extract_markdown", data, "markdown") end

-- Parts of Markdown.
function output.extract_code_blocks(data, language)
  local all, found = value_of("parse", "output.extract_code_blocks", data, "markdown").code, array({})
  for i = 1, #all do
    if language == nil or lower(all[i].language) == lower(text(language)) then found[#found + 1] = all[i] end
  end
  return found
end
function output.extract_tables(data) return value_of("parse", "output.extract_tables", data, "markdown").tables end
function output.extract_lists(data) return value_of("parse", "output.extract_lists", data, "markdown").lists end

-- From one format to another.
function output.convert(data, from, to)
  return ask("output.convert", request_of("format", data, "output.convert", { from = snake(text(from)) }, to)).text
end
function output.parse_json_with_fallback(data, fallback)
  local ok, value = pcall(output.parse, data, "json")
  if ok then return value end
  return fallback
end
for _, format in next, { "json", "yaml", "xml", "csv", "markdown" } do
  output["parse_" .. format] = function(data, options) return value_of("parse", "output.parse_" .. format, data, format, options) end
end
output.detect_format, output.validate_format, output.repair = output.detect, output.validate, output.recover
return open_names(output, "output")
