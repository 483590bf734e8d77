-- Which agents there are, by name.
local a = Agent.create{name = "writer", model = "m", description = "writes"}
local b = Agent.create{name = "reader", model = "m", schema = {type = "object"}}
Agent.create{model = "m"}
assert(#Agent.list() == 2 and Agent.list()[1].name == "reader" and Agent.listInstances()[2] == "writer")
assert(Agent.get("writer") == a and Agent.get("nobody") == nil and Agent.exists("reader"))
assert(Agent.getInfo("writer").description == "writes" and Agent.get_details("writer").status.state == "ready")
assert(Agent.discoverByCapability("structured_output")[1] == "reader" and #Agent.discover_by_capability("text") == 2)
assert(#Agent.listTemplates() == 0)
-- The younger of two with one name.
local c = Agent.create{name = "writer", model = "m"}
assert(Agent.get("writer") == c)
Agent.destroy("reader")
assert(#Agent.list() == 1)
-- Agents made of functions.
assert(Agent.register{name = "echo", execute = function(prompt, options, self) return "<" .. prompt .. ">" end} == "echo")
local echo = Agent.get("echo")
assert(echo:run("x").text == "<x>" and echo:run("x").agent == "echo")
local heard = ""
for piece in echo:stream("y") do heard = heard .. piece end
assert(heard == "<y>")
-- By name, as another dialect has it.
local made = agents.create("third", {model = "m", system_prompt = "Be third."})
assert(agents.get("third") == made and made:get_system_prompt() == "Be third." and agents.exists("third"))
made:set_system_prompt("Be first.")
assert(made:describe().system == "Be first." and agents.get("third") == made)
agents.register("count", function(input) return #input end)
assert(agents.execute("count", "four").text == "4")
agents.register("polite", {greeting = "Dear ", execute = function(self, input) return self.greeting .. input end})
assert(agents.run("polite", "Ann").text == "Dear Ann" and agents.remove("polite") and not agents.exists("polite"))
local messages = {}
for _, call in ipairs{
  function() return Agent.creat end,
  function() return Agent.get_info("writr") end,
  function() return Agent.discover_by_capability("tool") end,
  function() Agent.create_from_template("x") end,
  function() Agent.builder():nam("x") end,
  function() Agent.builder():name("x"):build() end,
  function() Agent.builder():api_key("k") end,
  function() Agent.create{model = "m", api_key = "k"} end,
  function() Agent.create{model = "m", system = "a", system_prompt = "b"} end,
  function() Agent.create{model = "m", base_url = "http://elsewhere"} end,
  function() Agent.create{name = ""} end,
  function() Agent.create{model = "m", tools = {"calculater"}} end,
  function() a.run("x") end,
  function() a:run() end,
} do
  local ok, why = pcall(call)
  assert(not ok)
  messages[#messages + 1] = (tostring(why):gsub("^[^:]*%.lua:%d+: ", ""))
end
return messages
