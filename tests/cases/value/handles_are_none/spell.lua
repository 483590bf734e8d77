-- An agent in a value would come back as {}: that is refused.
local agent = Agent.create{ model = "test/echo" }
local hook = Hook.register("BeforeAgentInit", function() end)
local stream = agent:stream("hello")
for _ in stream do end
local function why(value)
  local ok, error = pcall(State.save, "global", "x", value)
  return ok and "saved" or tostring(error):match("JSON has no %l+")
end
return { why{ a = agent }, why{ h = { hook } }, why{ s = stream }, why{ n = 1 } }
