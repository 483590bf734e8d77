-- A tool that is registered with a schema alone is the host's of that name. Where there is none, executing it is an error.
local id = zigllms.tool.register({
  name = "calculator",
  description = "Perform calculations",
  parameters = { type = "object", properties = { expression = { type = "string" } } },
})
local ok, failure = pcall(zigllms.tool.execute, id, { expression = "2 + 2" })
local refused = not pcall(Tool.register, { name = "bad name" })
local exists = Tool.exists(id)
Tool.register({ name = "calculator", execute = function(input) return input.expression .. " = 4" end })
return { id, ok, failure.code, failure.message, refused, exists, zigllms.tool.execute(id, { expression = "2 + 2" }) }
