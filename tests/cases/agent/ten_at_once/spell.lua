-- Ten agents whose models take a second each: about a second in all, by the clock that stands still otherwise.
local began, tasks = os.clock(), {}
for i = 1, 10 do
  local agent = Agent.create{name = "agent " .. i}
  tasks[i] = Task.spawn(function() return agent:run("question " .. i) end)
end
local replies, texts = Task.all(tasks), {}
for i, reply in ipairs(replies) do texts[i] = reply.text end
return texts
