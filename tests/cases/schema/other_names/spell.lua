-- Names that dialects have for what has another one here.
local person = schema.create_from_string('{"name": "string", "age": "integer?"}')
local wider = schema.extend(person, { properties = { age = { minimum = 3 } } })
local limits = { type = "object", properties = { n = { type = "integer", default = 3 } }, additionalProperties = false }
return {
  person = person.required, minimum = wider.properties.age.minimum,
  details = #schema.validate_with_details({ age = "x" }, person).errors,
  generated = schema.generate_from_data({ a = 1 }).properties.a.type,
  defaults = (schema.defaults({}, limits)), strip = schema.strip({ n = 1, more = 2 }, limits),
  json = schema.extract_json('Here: {"name": "Ada", "secret": 1}', person),
}
