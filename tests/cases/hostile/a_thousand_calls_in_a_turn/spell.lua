-- A model that asks for a thousand tool calls at once, and one that goes on calling for ever.
local count = 0
Tool.create{name = "n", parameters = {type = "object"}, execute = function() count = count + 1 return count end}
local agent = Agent.create{tools = {"n"}}
local ok, many = pcall(agent.run, agent, "many")
assert(not ok and count == 0)
local ok, turns = pcall(agent.run, agent, "for ever", {max_turns = 3})
assert(not ok and count == 3 and turns.details.turns == 3, turns)
local ok, calls = pcall(agent.run, agent, "for ever", {max_tool_calls = 2})
assert(not ok and count == 5)
-- Two calls with one id, and calls without: each is answered.
assert(agent:run("twins").text == "ok" and count == 9)
return {many.code, many.message, turns.code, turns.message, calls.code, calls.message}
