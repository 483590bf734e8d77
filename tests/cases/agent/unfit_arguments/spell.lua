-- What a model gives and a spell can't take: the model is told, at once, and the history does not hold it.
local seen = {}
Tool.create{name = "get", parameters = {type = "object"}, execute = function(arguments) seen[#seen + 1] = arguments return 7 end}
local wanted = {"the integer 18446744073709551615 does not", "the integer of about -9.223372036854776e18",
  "the integer of about 1.8446744073709552e19", "too large: more than 64 levels deep", "too large: more than 100000 nodes",
  "they take more memory than there is", "7", "must be a JSON object"}
local function check(agent)
  local history, told = agent:get_history(), {}
  for _, message in ipairs(history) do
    if message.role == "tool" then
      local text = wanted[#told + 1]
      assert(message.content:find(text, 1, true), message.content)
      told[#told + 1] = text
    end
    for i, call in ipairs(message.tool_calls or {}) do assert(i == 7 or next(call.arguments) == nil, i) end
  end
  agent:set_history(history)
  return told
end
local agent = Agent.create{tools = {"get"}}
assert(agent:run("go").text == "done")
local told = check(agent)
assert(#seen == 1 and seen[1].id == math.maxinteger and seen[1].mass == 6.5e23)

-- Hooks are asked with what is taken.
local calls
Hook.register("model:after_call", function(context) calls = calls or context.data.tool_calls end)
Hook.register("tool:before_execution", function(context) assert(context.data.id == math.maxinteger) end)
local hooked = Agent.create{tools = {"get"}}
for _ in hooked:stream("go") do end
check(hooked)
assert(#calls == 8 and next(calls[1].arguments) == nil and calls[7].arguments.id == math.maxinteger and #seen == 2)

-- An answer by a schema, too.
local reply = Agent.create{schema = {type = "object", properties = {n = {type = "integer"}}, required = {"n"}}}:run("number")
assert(reply.turns == 2)
return {told = told, least = tostring(reply.object.n)}
