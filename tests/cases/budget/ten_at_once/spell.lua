-- Calls at once wait for what others were promised and did not use: all of them fit, one after the other.
local tasks = {}
for i = 1, 10 do
  tasks[i] = Task.spawn(function() return llm.complete{messages = {{role = "user", content = "go on"}}, max_tokens = 100} end)
end
Task.all(tasks)
return Budget.remaining().tokens
