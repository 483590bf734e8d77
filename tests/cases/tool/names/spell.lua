-- What can't be defined, and why.
local function try(definition)
  local ok, failure = pcall(Tool.register, definition)
  return ok and "it works" or tostring(failure.message or failure)
end
local function f() end
return {
  try({ name = "a.b", execute = f }), try({ name = "ä", execute = f }), try({ name = "", execute = f }), try({ execute = f }),
  try({ name = "same-name", execute = f }), try({ name = "same_name", execute = f }),
  try({ name = "x", execute = f, parameters = "text" }), try({ name = "x", execute = f, parameters = { type = "string" } }),
  try({ name = "x", execute = f, parameters = { a = { type = "string" } } }), try({ name = "x", execute = f, colour = 1 }),
  try({ name = "x", execute = f, timeout_ms = -1 }), try({ name = "x", execute = f, parallel = "yes" }),
  (try({ name = "x", execute = f, fn = f }):gsub("^.-: ", "")), (try({ name = "x", execute = "text" }):gsub("^.-: ", "")),
}
