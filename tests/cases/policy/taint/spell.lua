-- What the run has taken in bars where it may let something go; the refusal names the call that brought it in.
local function try(work, ...)
  local ok, answer = pcall(work, ...)
  return ok or answer.message
end
return {
  try(State.save, "global", "a", 1), try(Tool.execute, "mail", {}), try(State.save, "global", "a", 2), State.load("global", "a"),
  try(function() return llm.agent({ model = "openai/gpt-4o" }):run("x") end), try(Tool.execute, "mail", {}),
  try(Tool.execute, "calculator", { input = "1" }),
}
