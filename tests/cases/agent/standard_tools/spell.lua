-- A model calls standard tools, and hears their results, also what is wrong. Only those that the agent names are offered.
local heard = {}
Hook.register("tool:after_execution", function(context) heard[#heard + 1] = context.data.result or context.data.error end)
local agent = Agent.create{ model = "local/m", tools = { "calculator", "text_manipulator" } }
local text = agent:run("What is 6 * 7?").text
local offered = Agent.create{ model = "local/m" }:get_tools()
return { text, #heard, heard[1].result, heard[2].result, heard[3].message, #offered }
