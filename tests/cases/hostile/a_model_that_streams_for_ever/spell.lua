-- A model that never stops talking: the one who listens can leave, and the run's time ends it otherwise.
local agent = Agent.create{}
local pieces = 0
for piece in agent:stream("talk") do
  pieces = pieces + 1
  if pieces == 10 then break end
end
local ok, why = pcall(agent.run, agent, "talk", {timeout_ms = 5000})
assert(not ok and why.code == "timeout", why)
local ok, why = pcall(agent.stream, agent, "talk", function() end, {timeout_ms = 5000})
return {pieces, ok, why.code, agent:get_state().running, #agent:get_history()}
