-- Arguments are checked before anything runs, and the message says what is wrong and where.
local ran = 0
Tool.register({
  name = "add",
  parameters = { properties = { a = { type = "number" }, b = { type = "number" } }, required = { "a" }, additionalProperties = false },
  execute = function(input) ran = ran + 1 return input.a end,
})
local function try(...)
  local ok, failure = pcall(...)
  return not ok and { failure.code, failure.message } or "it works"
end
local _, told = tools.execute("add", {})
local valid, problem = tools.validate("add", { a = "one" })
return {
  both = try(Tool.execute, "add", { b = "x" }),
  none = try(Tool.execute, "add"),
  extra = try(tools.add, { a = 1, c = 2 }),
  many = try(tools.add, 1, 2, 3),
  list = try(Tool.execute, "add", JSON.array({ 1 })),
  fine = try(tools.add, 1, 2),
  told = told, valid = valid, problem = problem, ran = ran,
  judged = Tool.validate("add", { a = 1 }).valid, errors = Tool.validate("add", {}).errors,
  definition = Tool.validate({ name = "x y", execute = function() end }),
  good = Tool.validate({ name = "xy" }).valid,
}
