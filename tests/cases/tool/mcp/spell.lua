local names = {}
for _, tool in ipairs(Tool.list()) do
  if tool.source == "mcp" then names[#names + 1] = tool.name end
end
local function told(name, arguments)
  local ok, problem = pcall(Tool.execute, name, arguments)
  return ok and "no failure" or (problem.code .. ": " .. problem.message)
end
local about = Tool.info("double.echo")
return {
  names = names,
  echo = tools["double.echo"]{ text = "hello" },
  positional = tools["double.echo"]("by its place"),
  sum = Tool.execute("double.sum-up", { a = 1, b = 2 }),
  alias = Tool.execute("double__echo", { text = "as models call it" }),
  picture = Tool.execute("double.picture"),
  category = about.category, description = about.description, parameters = about.parameters,
  invalid = Tool.validate("double.echo", { text = 7 }).errors[1],
  fail = told("double.fail", { why = "it is Monday" }),
  wrong = told("double.echo", { text = {} }),
  denied = told("double.refuse"),
  hidden = told("double.environment"):match("^[^:]+"),
  other = told("other.echo"),
  found = #Tool.discover{ category = "mcp" } == #names,
}
