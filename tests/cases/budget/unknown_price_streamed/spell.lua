-- As where it is not streamed.
local agent = Agent.create{name = "a", model = "local/m"}
pcall(agent.stream, agent, "hi", function() end)
print("still here")
