-- What one run may use. It only tightens what holds for the spell.
local agent = Agent.create{resource_limits = {max_execution_time_secs = 1, max_tool_calls = 5, max_recursion_depth = 3, max_memory_mb = 512}}
local ok, slow = pcall(agent.run, agent, "slow")
assert(not ok and slow.code == "timeout" and slow.message == "the agent took longer than its limit of 1000 ms", slow)
assert(agent:run("slow too", {timeout_ms = 5000, stateless = true}).text == nil or true)
local ok, why = pcall(Agent.create, {resource_limits = {max_memory_mb = 1}})
assert(not ok and why.code == "invalid" and why.message:find("can't be bounded for one agent"), why)
local ok, why = pcall(Agent.create, {resource_limits = {max_memry_mb = 1}})
assert(why.message == "the agent's definition: unknown field 'max_memry_mb'; known are: " or why.message:find("max_memry_mb"), why)
local ok, why = pcall(Agent.create, {limits = {time_ms = 0}})
assert(why.message == "the limits: 'time_ms' must be a whole number from 1 to 18446744073709551615, not 0", why)
return agent:describe().limits
