-- Arguments that are no JSON go back as what could be read of them, also by the API that gets its own items back: servers
-- refuse a conversation with broken ones for good.
local weather = Tool.create{
  name = "weather", description = "Tells the weather",
  parameters = {type = "object", properties = {city = {type = "string"}}, required = {"city"}},
  execute = function(arguments) return "cold in " .. arguments.city end,
}
local reply = Agent.create{model = "local/m", tools = {weather}}:run("weather?")
local calls = {}
for index, call in ipairs(reply.tool_calls) do calls[index] = call.ok end
return {reply.text, calls}
