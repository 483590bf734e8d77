-- An agent with a memory knows in a later run what was said in an earlier one.
local tides = Agent.create{ name = "tides", model = "test/small", memory = true }
local other = Agent.create{ name = "other", model = "test/small", memory = true }
local answer = tides:run("round " .. params.round)
assert(#other:get_history() == 0)
local kept = Memory.recent()
return { answer.text, #tides:get_history(), #kept, kept[1].agent, kept[#kept].content }
