-- Schemas: of examples, in short, merged; data checked by them, made to fit, and taken apart.
local person = schema.create({ name = "string", age = "integer?", tags = { "string" }, role = "admin|user?" })
local examples = { { id = 1, mail = "ada@example.org", at = "2026-01-31" }, { id = 2.5, mail = "b@example.org" } }
local compiled = schema.compile('{"type": "object", "properties": {"n": {"type": "integer", "default": 3}}, "additionalProperties": false}')
local coerced, changes = schema.coerce({ name = 5, age = "36", tags = "x, y", role = "ADMIN" }, person)
return {
  person = person,
  generated = schema.generate(examples, { many = true }),
  text = (schema.coerce("1e2", { type = "string" })), deep = pcall(schema.create, { a = "string" .. ("[]"):rep(20000) }),
  when = schema.generate("2026-01-31T10:00:00Z"),
  good = schema.validate({ name = "Ada", tags = JSON.array({}) }, person), bad = schema.validate({ age = "x" }, person),
  partial = schema.validate_partial({ age = 3 }, person).valid,
  coerced = coerced, changes = #changes > 0,
  compiled = { compiled.schema.type, compiled.validate({ n = 1 }).valid, (compiled.coerce({ n = "7", more = 1 })), (compiled.coerce({})) },
  extracted = schema.extract('Here: {"name": "Ada", "tags": [], "secret": 1}', person),
  merged = schema.merge({ type = "object", properties = { a = { type = "number", minimum = 1 } }, required = { "a" } }, { properties = { a = { type = "integer", minimum = 3 }, b = { enum = { "x", "y" } } }, required = { "b" } }, { properties = { b = { enum = { "y", "z" } } } }),
  info = schema.get_info({ type = "object", properties = { a = { type = "array", items = { type = "string" } }, b = {} }, required = { "a" } }).depth,
  constants = { schema.Type.OBJECT, schema.Format.UUID }, same = zigllms.schema == schema,
}
