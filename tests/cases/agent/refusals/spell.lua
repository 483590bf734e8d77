-- What somebody can act on is in the code and in the message, whatever server it is. The provider may be asked twice.
local told = {}
for index = 1, 13 do
  local ok, why = pcall(function() Agent.create{model = "local/m"}:run("go") end)
  assert(not ok, "it did not fail")
  told[index] = {why.code, why.message}
end
return told
