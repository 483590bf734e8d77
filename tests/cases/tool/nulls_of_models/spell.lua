-- A null for what may be left out is left out; for what is required it is told, and where null is allowed it stays.
local seen
Tool.create{name = "find", parameters = {type = "object", required = {"what"}, properties = {
  what = {type = "string"}, limit = {type = "integer"}, free = {},
  filter = {type = "object", properties = {kind = {type = "string"}, must = {type = "integer"}}},
}}, execute = function(given) seen = given return "found" end}
local agent = Agent.create{tools = {"find"}}
assert(agent:run("go") == "done")
local told = {}
for _, message in ipairs(agent:get_history()) do
  if message.role == "tool" then told[#told + 1] = message.content end
end
return {told, seen.what, seen.limit == nil and seen.filter.kind == nil and seen.filter.must == 1}
