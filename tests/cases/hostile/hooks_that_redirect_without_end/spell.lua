-- Two agents whose hooks hand each run to the other; a hook that always wants it again.
local a, b = Agent.create{name = "a"}, Agent.create{name = "b"}
Hook.register("agent:a:before_execution", function() return {type = "redirect", target = "b"} end)
Hook.register("agent:b:before_execution", function() return {type = "redirect", target = "a"} end)
local ok, circle = pcall(a.run, a, "x")
local c = Agent.create{name = "c"}
Hook.register("agent:c:after_execution", function() return {type = "retry", delay_ms = 0, max_attempts = 5} end)
local ok, again = pcall(c.run, c, "x")
return {circle.code, circle.message, again.code, again.message}
