local prompt = ("x"):rep(500000)
local agent = llm.agent{}
while true do pcall(agent.run, agent, prompt) end
