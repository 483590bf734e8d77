-- A stream that goes on beyond the run's budget ends the run, as an answer does that comes at once.
local agent = Agent.create{name = "a", model = "openai/gpt-4o"}
pcall(agent.stream, agent, "go on", function() end)
print("still here")
