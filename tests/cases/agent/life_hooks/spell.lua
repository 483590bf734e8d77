-- Hooks when an agent begins and when it ends.
local order = {}
local function note(context) order[#order + 1] = context.point .. " " .. context.agent_name end
Hook.register("agent:*", note)
local guard = Hook.register("agent:before_init", function(context)
  if context.data.name == "evil" then return false end
  return {type = "modified", data = {name = context.data.name, model = "openai/tame", system = "Behave."}}
end)
local agent = Agent.create{name = "good", model = "openai/wild"}
assert(agent.model == "openai/tame" and agent:run("x").text == "tame")
local ok, why = pcall(Agent.create, {name = "evil"})
assert(not ok and why.code == "cancelled", why)
guard.unregister()
local ok, why = pcall(Agent.create, {name = "outside", model = "secret/x"})
assert(why.code == "denied")
local smuggler = Hook.register("agent:before_init", function(context) return {type = "modified", data = {model = "secret/x"}} end)
local ok, why = pcall(Agent.create, {name = "smuggled"})
assert(why.code == "denied", why)
smuggler.unregister()
local stay = Hook.register("agent:before_shutdown", function() return "stay" end)
local ok, why = pcall(agent.destroy, agent)
assert(why.code == "cancelled" and why.message == "stay" and agent:run("x").text == "tame", why)
stay.unregister()
agent:destroy()
return order
