-- Money, counted exactly: each call is 0.000125 + 0.0005 dollars.
local agent = Agent.create{name = "a", model = "openai/gpt-4o", stateless = true, max_tokens = 100}
for i = 1, 100 do
  pcall(agent.run, agent, "go on")
  print(Budget.remaining().cost)
end
