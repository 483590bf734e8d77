-- An empty table is a list where a list is wanted.
local function same(given) return given end
Tool.create{name = "all", tags = {}, positional = {}, execute = same, parameters = {type = "object", required = {}, properties = {
  required = {}, list = {type = "array"}, rows = {type = "array", items = {type = "array"}}, object = {type = "object"},
  maybe = {anyOf = {{type = "array"}, {type = "null"}}}, either = {type = {"array", "object"}},
}}}
local ok, why = pcall(tools.all, {list = {}, object = 5})
assert(Tool.validate("all", {rows = {{}}}).valid)
Agent.create{schema = {type = "object", properties = {a = {allOf = {{required = {}}}}}, required = {}}}
Tool.create{name = "hooked", parameters = {properties = {list = {type = "array"}}}, execute = same}
Hook.register("tool:before_execution", function(context)
  if context.tool_name == "hooked" then return {type = "modify", data = {list = {}}} end
end)
assert(JSON.encode(tools.hooked{}) == '{"list":[]}')
return {JSON.encode(tools.all{list = {}, rows = {{}, {1}}, object = {}, maybe = {}, either = {}, required = {}}), why.message}
