-- Hooks as zigllms spells them: ids instead of handles.
-- Names: zigllms.hook.
-- After: hook.
local raw, guest = ...
local Hook, constants = Hook, guest.zigllms.hook
local register, compose, execute = Hook.register, Hook.compose, Hook.execute

local hook = {
  unregister = Hook.unregister, list = Hook.list, enable = Hook.enable, disable = Hook.disable,
  get_info = Hook.get_info, clear = Hook.clear,
  Type = constants.Type, Priority = constants.Priority,
}
function hook.register(name, main, priority) return register(name, main, priority).id() end
function hook.compose(parts, kind, point) return compose(parts, kind, point).id() end
function hook.execute(name, data) return execute(name, data).results end
return hook
