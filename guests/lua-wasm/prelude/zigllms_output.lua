-- What models say, read: as zigllms spells it.
-- Names: zigllms.output.
-- After: names, value.
local raw, guest = ...
local raise, text, snake, say, decode, encode, pcall, find = guest.raise, guest.text, guest.snake, guest.messages, JSON.decode, JSON.encode, pcall, string.find
local type = type

local output = guest.zigllms.output

local function detect(given)
  local said = text(given)
  if not said then return "json" end
  return pcall(decode, said) and "json" or "plain"
end

-- The value of a JSON text, or a text as it is. What is no text is read already.
function output.parse(given, format)
  format = format == nil and detect(given) or snake(text(format) or type(format))
  if format ~= "json" and format ~= "plain" then raise(say.no_format("zigllms.output.parse", format)) end
  local said = text(given)
  if not said or format == "plain" then return said or given end
  return decode(said)
end

function output.format(value, format)
  format = format == nil and "json" or snake(text(format) or type(format))
  if format ~= "json" and format ~= "plain" then raise(say.no_format("zigllms.output.format", format)) end
  return format == "plain" and text(value) or encode(value)
end
output.detect_format = detect

return guest.open_names(output, "zigllms.output")
