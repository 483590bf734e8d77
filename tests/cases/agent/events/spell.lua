-- What is told of agents and their failures.
local told = {}
Event.subscribe("agent.*", function(event)
  told[#told + 1] = event.type .. " " .. event.data.agent .. " " .. tostring(event.data.text or event.data.input or event.data.error.code)
end)
local errors = 0
Event.subscribe("*.error", function(event) errors = errors + 1 assert(event.data.error.code == "provider") end)
local agent = Agent.create{name = "bob"}
agent:run("hi")
pcall(agent.run, agent, "fail")
util.sleep(1)
table.sort(told)
return {told, errors}
