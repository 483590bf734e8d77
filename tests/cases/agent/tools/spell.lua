-- A loop in which the model is told what went wrong, and recovers: wrong arguments, a tool that raises, one that is not
-- there, broken arguments.
local calls = {}
local add = Tool.create{
  name = "add", description = "Adds two numbers.",
  parameters = {
    type = "object", required = {"a", "b"},
    properties = {a = {type = "number"}, b = {type = "number"}},
  },
  execute = function(arguments)
    calls[#calls + 1] = arguments.a .. "+" .. arguments.b
    return {sum = arguments.a + arguments.b}
  end,
}
Tool.create{name = "shaky", parameters = {type = "object"}, execute = function() error("out of paper", 0) end}
local agent = Agent.create{name = "clerk", tools = {add, "shaky"}}
local reply = agent:run("What is 1 + 2?")
assert(reply.text == "It is 3." and reply.turns == 6)
local made = {}
for i, call in ipairs(reply.tool_calls) do made[i] = call.name .. " " .. tostring(call.ok) end
assert(agent:has_tool("add") and not agent:has_tool("sub") and agent:use_tool("add", {a = 1, b = 1}).sum == 2)
local ok, why = pcall(agent.use_tool, agent, "nothing", {})
assert(why:find("the agent 'clerk' has no tool 'nothing'; known are: add, shaky", 1, true), why)
return {made, calls}
