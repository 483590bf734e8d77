-- An answer that is cut by the agent's own budget is a failure that says what is left; streamed or not.
local agent = Agent.create{name = "a", model = "openai/gpt-4o", stateless = true, limits = {tokens = 100}}
local ok, streamed = pcall(agent.stream, agent, "go on", function() end)
local ok, whole = pcall(agent.run, agent, "go on")
for _, failure in ipairs{streamed, whole} do
  assert(failure.code == "budget" and failure.details.whose == "agent" and failure.details.left == 0, failure)
end
assert(streamed.message == whole.message, whole)
print(whole.message)
return Budget.remaining().tokens
