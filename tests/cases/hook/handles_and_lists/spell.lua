local function pass() return "continue" end
local first = Hook.register("BeforeAgentExecution", pass, { name = "audit", tags = { "log" }, priority = "high" })
local second = Hook.register("tool:*:before_execution", pass, "low")
local third = Hook.register("custom:mine", pass, 3)
local function names(filter)
  local found = {}
  for i, hook in ipairs(Hook.list(filter)) do found[i] = hook.name end
  return table.concat(found, " ")
end
local seen = {
  first:id(), first.id(), first:hook_point(), second:hook_point(), tostring(third),
  names(), names("agent:*"), names { hook_point = "tool:web_search:before_execution" }, names { priority = "high" },
  names { language = "lua", tag = "log" }, names { language = "javascript" }, names { priority = 3 }, names("custom:*"),
  Hook.list("custom:mine")[1].priority, Hook.get_info(first).enabled,
  Hook.pause(first), Hook.get_info(1).enabled, Hook.resume(1), Hook.pause(99),
  first:unregister(), first:unregister(), Hook.unregister(second), Hook.unregister(second:id()), names(),
  Hook.clear(), #Hook.list(),
}
return seen
