-- JSON. The codec is the same that carries values to the host and back.
local raw, guest = ...
raw = raw.value
local encode, decode = raw.encode, raw.decode

guest.text, guest.kind, guest.mark, guest.handles = raw.text, raw.kind, raw.mark, raw.handles

local function stringify(value, indent)
  if indent == true then indent = 2 elseif not indent then indent = 0 end
  return encode(value, indent)
end

JSON = {
  parse = decode, decode = decode, stringify = stringify, encode = stringify,
  null = decode("[null]")[1], array = raw.array,
}
json = JSON
