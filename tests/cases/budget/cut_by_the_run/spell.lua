-- A provider that goes on beyond the run's budget, and does not say so, ends the run: nothing catches it.
local agent = Agent.create{name = "a", model = "openai/gpt-4o"}
pcall(agent.run, agent, "go on")
print("still here")
