-- Each sees the history as it was when it began; their turns stand in the order in which they ended.
local agent = Agent.create{name = "twice"}
agent:run("first")
local slow = Task.spawn(function() return agent:run("slow") end)
local fast = Task.spawn(function() return agent:run("fast") end)
assert(slow:await().text == "S" and fast:await().text == "F")
local texts = {}
for i, message in ipairs(agent:get_history()) do texts[i] = message.content end
return texts
