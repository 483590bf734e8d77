-- An agent's own budget is a failure, not the end of the run; what its tools ask counts, too.
local small = {tokens = 120}
Tool.create{name = "ask_another", parameters = {type = "object"}, execute = function()
  local left = Budget.remaining().tokens
  local reply = Agent.create{name = "helper", stateless = true}:run("sub question")
  return left .. ", then " .. Budget.remaining().tokens .. ": " .. reply
end}
local agent = Agent.create{name = "lead", tools = {"ask_another"}, limits = small}
local ok, failure = pcall(agent.run, agent, "question")
assert(not ok and failure.code == "budget" and failure.details.whose == "agent", failure)
print(failure.message)
assert(failure.details.budget == "tokens" and failure.details.allowed == 120 and failure.details.left < failure.details.needed)
local ok, failure = pcall(Agent.create, {limits = {cost = 1.5}})
assert(failure.code == "invalid", failure)
local ok, failure = pcall(Agent.create, {limits = {cost = "1e3"}})
assert(failure.message == "the limits: 'cost': '1e3' is not an amount in dollars such as 5, 0.25 or 0.000450", failure)
return Budget.remaining().tokens
