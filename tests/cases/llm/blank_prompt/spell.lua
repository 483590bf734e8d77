-- A prompt of blanks is refused before anything is sent, also where there is a history.
local agent, said = Agent.create{name = "a"}, {}
agent:run("hello")
for i, ask in ipairs{
  function() return agent:run(" \n") end,
  function() return llm.complete{prompt = "\t"} end,
  function() return llm.complete{messages = {{role = "user", content = "a"}, {role = "assistant", content = "b"}, {role = "user", content = " "}}} end,
} do
  local ok, why = pcall(ask)
  said[i] = ok or why.code .. ": " .. why.message
end
return {said, #agent:get_history()}
