-- Agents that only their names know make room for others; waiting needs no place among them.
local kept, boss = Agent.create{name = "kept"}, Agent.register{name = "boss", model = "test/model"}
for i = 1, 50 do Agent.create{name = "worker-" .. i}:run("x") end
assert(Agent.get("kept") == kept and Agent.get(boss) and not Agent.exists("worker-1") and Agent.exists("worker-50"))
local ok, lost = pcall(Agent.get_info, "worker-1")
local all = {}
local ok, full = pcall(function() for i = 1, 50 do all[i] = Agent.create{name = "all-" .. i} end end)
util.sleep(1)
assert(#llm.complete{prompt = "x"} > 0)
all[1]:shutdown()
Agent.create{name = "one more"}
return {tostring(lost):match("There was.*"), full.code, full.message}
