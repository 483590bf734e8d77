-- The call that would go over the budget is not made, and nothing catches the end.
local agent = Agent.create{name = "a", stateless = true}
local calls = 0
while true do
  pcall(function()
    llm.complete{messages = {{role = "user", content = "go on"}}}
    calls = calls + 1
    print(calls)
  end)
end
