local function why(...)
  local ok, failure = pcall(Hook.register, ...)
  return ok or tostring(failure)
end
local function pass() end
return {
  why("agent:befor_execution", pass), why("custom:", pass), why("custom:x", pass, { priorty = 1 }),
  why("custom:x", pass, "urgent"), why("custom:x", pass, 5000), why("custom:x", 7), why(7, pass),
  select(2, pcall(Hook.list, { hook_pint = "x" })).message, select(2, pcall(Hook.unregister, {})),
  select(2, pcall(Hook.register, "InvalidHookPoint", pass)).code,
  select(2, pcall(Hook.execute, "agent:*")).message,
}
