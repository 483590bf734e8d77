-- What an agent remembers is kept under its name, and put back exactly: calls of tools, too.
Tool.create{name = "add", parameters = {type = "object"}, execute = function(arguments) return {sum = arguments.a + arguments.b} end}
local agent = Agent.create{name = "clerk", tools = {"add"}}
assert(agent:load_state() == false)
agent:run("How much is 1 + 2?")
assert(agent:save_state() == true and agent:saveState("other") == true)
local history = JSON.encode(agent:get_history())
assert(#agent:get_history() == 4)

local second = Agent.create{name = "clerk", tools = {"add"}}
assert(second:load_state() == true and JSON.encode(second:get_history()) == history)
assert(second:run("And 1 more?").text == "4", "the request holds what was said before")
agent:clear_history()
assert(agent:loadState("other") and JSON.encode(agent:get_history()) == history)
assert(agent:delete_state("other") and not agent:delete_state("other") and agent:load_state("other") == false)
assert(State.load("agent:clerk", "saved_state").agent == "clerk")

local function why(call, ...)
  local ok, problem = pcall(call, ...)
  return ok and "ok" or (tostring(problem):gsub("^spell%.lua:%d+: ", ""))
end
State.save("agent:clerk", "broken", 7)
State.save("agent:clerk", "odd", { history = { { role = "nobody" } } })
return { why(agent.load_state, agent, "broken"), why(agent.load_state, agent, "odd"), why(agent.save_state, agent, {}),
  why(agent.save_state, Agent.create{}), #agent:get_history() }
