-- A tool that is registered with a schema alone is the host's of that name. Where there is none, executing it is an error.
local given = { expression = "2 + 2" }
local function register(name)
  return zigllms.tool.register({
    name = name,
    description = "Perform calculations",
    parameters = { type = "object", properties = { expression = { type = "string" } } },
  })
end
local id, missing = register("calculator"), register("data_processor")
local standard = zigllms.tool.execute(id, given).result.result
local ok, failure = pcall(zigllms.tool.execute, missing, given)
local refused = not pcall(Tool.register, { name = "bad name" })
local exists = { Tool.exists(id), Tool.exists(missing) }
-- The spell's own takes the place of a standard one.
Tool.register({ name = "calculator", execute = function(input) return input.expression .. " = 4" end })
return { id, standard, ok, failure.code, failure.message, refused, exists, zigllms.tool.execute(id, given), Tool.info(id).source }
