-- JSON in a fence, after thoughts or a byte order mark is JSON: it costs no second turn. What is beside it does.
local agent = Agent.create{schema = {type = "object", properties = {city = {type = "string"}}, required = {"city"}}}
local plain = '{"city": "Rome", "note": "```js\\n1\\n```"}'
for form = 1, 10 do
  local reply = agent:run("form " .. form .. ".")
  assert(reply.turns == 1 and reply.object.city == "Rome" and reply.object.note == "```js\n1\n```", reply)
  assert(reply == plain, reply)
end
for form = 11, 12 do
  local reply = agent:run("form " .. form .. ".")
  assert(reply.turns == 1 and reply == '{"city":"Rome","note":"```js\\n1\\n```"}', reply)
end
agent:clear_history()
agent:run("form 1.")
local history = agent:get_history()
assert(history[#history].content == plain)
assert(agent:run("beside").turns == 2)
local ok, why = pcall(agent.run, agent, "broken")
assert(not ok and why.code == "invalid-output")
return why.message
