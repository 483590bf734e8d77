-- Agents made of agents.
local a, b, c = Agent.create{name = "a", stateless = true}, Agent.create{name = "b", stateless = true}, Agent.create{name = "c", stateless = true}
local chain = Agent.createComposite("chain", {"a", b}, "sequential")
local reply = chain:run("start")
assert(reply == "a(start) then b" and #reply.outputs == 2 and reply.outputs[1].agent == "a" and reply.routing == "sequential")
assert(Agent.create_composite("both", {a, b}, "parallel"):run("both") == "A\n\nB")
assert(Agent.create_composite("jury", {a, b, c}, {strategy = "vote", threshold = 0.6}):run("guilty?") == "Yes.")
local ok, why = pcall(function() return Agent.create_composite("split", {a, b, c}, {strategy = "vote", threshold = 0.9}):run("guilty?") end)
assert(not ok and why.code == "invalid-output", why)
local router = Agent.create_composite("router", {a, b}, function(prompt) return prompt == "for b" and "b" or 1 end)
assert(router:run("for b") == "B got it" and router:execute{prompt = "for a"} == "A got it")
local saved = Agent.create_composite("saved", {a}, {strategy = "sequential", fallback_agent = c})
assert(saved:run("break") == "C saves")
local slow = Agent.create_composite("slow", {a}, {strategy = "sequential", timeout_ms = 10})
local ok, why = pcall(slow.run, slow, "slow")
assert(not ok and why.code == "timeout", why)
assert(Agent.get("chain"):describe().type == "composite")
local ok, why = pcall(Agent.create_composite, "x", {a}, "sequental")
return why
