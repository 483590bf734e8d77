-- What is left, of every budget; what has no limit is absent.
local left = Budget.remaining()
assert(left.fuel > 0 and left.fuel < 120000000000 and left.memory_bytes > 0 and left.wall_time_ms == 600000)
assert(left.host_calls < 1000000 and left.host_bytes > 0 and left.output_bytes == 16 * 2 ^ 20 and left.tool_calls == 1000)
assert(left.handles == 1000 and left.operations == 128 and left.cost == "0.5" and left.tokens == nil)
print("twelve bytes")
local agent = Agent.create{name = "a", model = "openai/gpt-4o"}
agent:run("hello")
local later = Budget.remaining()
assert(later.fuel < left.fuel and later.output_bytes == left.output_bytes - 13 and later.handles == 999)
return later.cost
