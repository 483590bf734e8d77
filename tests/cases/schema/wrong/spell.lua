-- What is no schema, and what does not fit one, says where and why.
local function try(main, ...)
  local ok, problem = pcall(main, ...)
  return ok and "fits" or ((type(problem) == "table" and problem.message or tostring(problem)):gsub("^spell.lua:%d+: ", ""))
end
local number = { type = "object", properties = { n = { type = "integer" } }, required = { "n" } }
return {
  try(schema.validate, {}, 5),
  try(schema.create, { name = "strin" }),
  try(schema.create, "no JSON"),
  try(schema.create, { type = "object", properties = { n = { ["$ref"] = "https://example.org/x" } } }),
  try(schema.coerce, { n = "many" }, number),
  try(schema.extract, "no data", number),
  try(schema.merge, { type = "string" }, { type = "integer" }),
  try(schema.merge, { enum = { 1 } }, { enum = { 2 } }),
  try(function() return schema.check end),
}
