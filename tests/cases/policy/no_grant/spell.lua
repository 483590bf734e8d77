-- What comes of asking for each kind of thing.
local function what(...)
  local ok, answer = pcall(...)
  return ok and (type(answer) == "table" and answer.found or tostring(answer)) or answer.code
end
local tools = {}
for _, tool in ipairs(Tool.list()) do
  -- The standard ones, which have a category, are always there.
  if not tool.category then tools[#tools + 1] = tool.name end
end
local model = what(function() return llm.complete({ model = "openai/gpt-4", messages = { { role = "user", content = "x" } } }).model end)
return {
  lookup = what(Tool.execute, "lookup", {}), mail = what(Tool.execute, "mail", {}), tools = table.concat(tools, " "),
  model = model, other_model = what(function() return llm.agent({ model = "openai/o1" }) and "made" end),
  variable = tostring(env.LLM_MODEL), hook = what(function() return Hook.register("agent:before_execution", print) ~= nil end),
}
