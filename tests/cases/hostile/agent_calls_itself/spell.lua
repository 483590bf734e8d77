-- A tool that asks its own agent, whose model calls the tool again, without end.
local agent
Tool.create{name = "again", parallel = true, parameters = {type = "object"}, execute = function() return agent:run("again").text end}
agent = Agent.create{name = "loop", tools = {"again"}}
local ok, why = pcall(agent.run, agent, "again")
local state = agent:get_state()
return {ok, why.code, state.running, state.failed}
