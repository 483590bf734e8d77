-- An agent's own budget is the spell's to see to.
local agent = Agent.create{name = "a", model = "local/m", limits = {cost = "1"}}
local ok, failure = pcall(agent.run, agent, "hi")
assert(failure.code == "budget" and failure.details.whose == "agent", failure)
local ok, streamed = pcall(agent.stream, agent, "hi", function() end)
assert(streamed.message == failure.message, streamed)
return failure.message
