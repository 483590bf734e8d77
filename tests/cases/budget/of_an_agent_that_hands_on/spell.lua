-- A hook that redirects a run to another agent gives it no new budget: that of the first agent applies, and is used up.
local function create(name, limits) return Agent.create{name = name, stateless = true, limits = limits} end
local poor, rich, thrifty = create("poor", {tokens = 10}), create("rich"), create("thrifty", {tokens = 100})
Hook.register("agent:poor:before_execution", function() return {type = "redirect", target = "rich"} end)
local ok, failure = pcall(poor.run, poor, "question")
assert(not ok and failure.code == "budget" and failure.details.whose == "agent", failure)
assert(failure.details.allowed == 10 and failure.details.left == 10)
assert(rich:run("question").text == "42", "an agent's own run has its own")
-- The other way round the target's own limit holds.
Hook.register("agent:rich:before_execution", function() return {type = "redirect", target = "poor2"} end)
create("poor2", {tokens = 10})
local ok, other = pcall(rich.run, rich, "question")
assert(not ok and other.code == "budget" and other.details.allowed == 10, other)
assert(thrifty:run("question").agent == "thrifty", "what fits goes")
