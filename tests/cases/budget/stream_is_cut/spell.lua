-- A provider that does not keep to what it was told is cut off.
local ok, failure = pcall(function()
  local heard = 0
  Agent.create{name = "a", model = "openai/gpt-4o", max_tokens = 50}:stream("go on", function(piece) heard = heard + #tostring(piece) end)
end)
assert(failure.code == "budget", failure)
return failure.message
