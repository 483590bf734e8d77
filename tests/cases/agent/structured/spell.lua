-- Answers that follow a schema. A model that does not gets one more chance.
local schema = {
  type = "object", required = {"city", "people"},
  properties = {city = {type = "string"}, people = {type = "integer", minimum = 0}},
}
local agent = Agent.create{schema = schema, stateless = true}
local reply = agent:run("good")
assert(reply.object.city == "Rome" and reply.data.people == 3 and reply.turns == 1)
local reply = agent:run("mended")
assert(reply.object.people == 4 and reply.turns == 2)
local ok, why = pcall(agent.run, agent, "hopeless")
assert(not ok and why.code == "invalid-output" and why.details.turns == 2, why)
assert(why.details.text == "never")

-- Other spellings of the same, also for one run alone.
local plain = Agent.create{stateless = true}
local format = {type = "json_schema", json_schema = {name = "city", schema = schema}}
assert(plain:run("openai", {response_format = format}).object.city == "Oslo")
assert(plain:run("list", {output_schema = {type = "array", items = {type = "integer"}}}).object[2] == 2)
assert(plain:run("plain").object == nil)

local ok, bad = pcall(Agent.create, {schema = {type = "nonsense"}})
assert(not ok and bad.code == "invalid", bad)
return {why.message, bad.message}
