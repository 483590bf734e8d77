-- Models fill an object in the order of its schema: tables have none, and `required` tells it.
local schema = JSON.parse('{"type":"object","properties":{"reasoning":{"type":"string"},"answer":{"type":"string"}},"required":["reasoning","answer"]}')
Tool.create{name = "t", execute = function() end, positional = {"z", "b"}, parameters = {properties = {a = {}, b = {}, z = {}}}}
return {
  JSON.encode(schema.properties), JSON.encode{properties = schema.properties, required = schema.required},
  JSON.encode{properties = {z = {properties = {d = 1, c = 2}, required = {"d"}}, a = 0, m = 0}, required = {"z", "m", "none"}},
  JSON.encode{parameters = {properties = {a = 1, b = 2, c = 3}, required = {"b"}}, positional = {"c"}},
  Tool.get_schema("t").parameters[1].name,
}
