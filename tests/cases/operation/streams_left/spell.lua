-- Loops that are left give back the places of their streams, far more often than there are places.
local heard = 0
for _ = 1, 300 do
  local stream = llm.stream{prompt = "x"}
  for _ in stream do
    heard = heard + 1
    break
  end
end
for _ = 1, 300 do
  local stream = Agent.create{}:stream("x")
  for _ in stream do break end
end
return heard
