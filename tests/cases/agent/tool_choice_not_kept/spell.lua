-- A server that does not keep to tool_choice fails the run: a setting is never ignored.
local weather = Tool.create{
  name = "weather", description = "Tells the weather",
  parameters = {type = "object", properties = {city = {type = "string"}}, required = {"city"}},
  execute = function(arguments) return "cold in " .. arguments.city end,
}
local other = Tool.create{name = "other", description = "Does nothing", execute = function() return "" end}
local function ask(choice, stream)
  local agent = Agent.create{model = "local/m", tools = {weather, other}, tool_choice = choice}
  local ok, why = pcall(function()
    if not stream then return agent:run("weather?").text end
    for _ in agent:stream("weather?") do end
  end)
  if ok then return why end
  return {why.code, why.message}
end
return {ask{tool = "weather"}, ask("required"), ask{tool = "weather"}, ask("required", true), ask{tool = "weather"}}
