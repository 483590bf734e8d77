-- Hooks as zigllms spells them: ids instead of handles.
-- Names: zigllms.hook.
-- After: hook.
local raw, guest = ...
local Hook, constants = Hook, guest.zigllms.hook
local type, next = type, next
local register, compose, execute = Hook.register, Hook.compose, Hook.execute

local hook = {
  unregister = Hook.unregister, list = Hook.list, enable = Hook.enable, disable = Hook.disable,
  get_info = Hook.get_info, getInfo = Hook.get_info, clear = Hook.clear,
  Type = constants.Type, Priority = constants.Priority,
}
-- With {type = "around"}: before and after what the point is about; "pre", "post" and "error" likewise.
function hook.register(name, main, options)
  local kind = type(options) == "table" and (options.type or options.hook_type)
  if not kind then return register(name, main, options).id() end
  local rest = {}
  for key, value in next, options do
    if key ~= "type" and key ~= "hook_type" then rest[key] = value end
  end
  return compose({ register(name, main, rest) }, kind, name).id()
end
function hook.compose(parts, kind, point) return compose(parts, kind, point).id() end
function hook.execute(name, data) return execute(name, data).results end
return hook
