-- What max_tokens cut is told as that, and the model is not asked again: it would be cut again.
local weather = Tool.create{
  name = "weather", description = "Tells the weather",
  parameters = {type = "object", properties = {city = {type = "string"}}, required = {"city"}},
  execute = function(arguments) return "cold in " .. arguments.city end,
}
local schema = {type = "object", properties = {city = {type = "string"}}, required = {"city"}}
local function failed(definition, stream)
  definition.max_tokens = 5
  local agent = Agent.create(definition)
  local ok, why = pcall(function()
    if not stream then return agent:run("go") end
    for _ in agent:stream("go") do end
  end)
  assert(not ok, "it did not fail")
  return {why.code, why.message}
end
local cut = {
  failed{model = "local/m", schema = schema},
  failed{model = "local/m", tools = {weather}},
  failed({model = "local/m", schema = schema}, true),
  -- A server that calls a reply completed which has all tokens that it may have.
  failed{model = "responses/m", tools = {weather}},
}
-- A text is of use as far as it goes.
local reply = Agent.create{model = "local/m", max_tokens = 5}:run("go")
return {cut, reply.text, reply.finish_reason}
