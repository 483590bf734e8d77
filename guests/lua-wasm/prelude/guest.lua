-- The beginning of a run: what the spell was given.
local raw, guest = ...
local sub, find, match = string.sub, string.find, string.match
local next = next

string.dump = nil
loadstring, unpack = load, table.unpack
debug = { traceback = raw.traceback }
guest.modules.debug = debug

-- "--key value", "--key=value", "--flag", and the rest by position.
local function read_arguments(into, arguments)
  local i, position = 1, 0
  while i <= #arguments do
    local word, following = arguments[i], arguments[i + 1]
    local key, value = match(word, "^%-%-([^=]+)=(.*)$")
    if key then
      into[key] = value
    elseif find(word, "^%-%-.") then
      local has_value = following and not find(following, "^%-%-")
      into[sub(word, 3)] = has_value and following or "true"
      if has_value then i = i + 1 end
    else
      position = position + 1
      into[position] = word
    end
    i = i + 1
  end
end

function guest.begin(name, parameters, arguments)
  params, ARGS, arg = parameters, { [0] = name }, { [0] = name }
  for key, value in next, parameters do ARGS[key] = value end
  for i = 1, #arguments do arg[i] = arguments[i] end
  read_arguments(ARGS, arguments)
end
