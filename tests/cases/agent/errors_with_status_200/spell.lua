-- Errors that came with status 200 fail with the server's own words, wherever they stand.
local told = {}
local function try(call)
  local ok, why = pcall(call)
  assert(not ok, "it did not fail")
  told[#told + 1] = why.code .. ": " .. why.message
end
for _ = 1, 4 do try(function() Agent.create{model = "local/m"}:run("go") end) end
-- The last one: a whole reply where a stream was asked for.
for _ = 1, 5 do try(function() for _ in Agent.create{model = "local/m"}:stream("go") do end end) end
try(function() llm.embed{input = "go", model = "local/m"} end)
return told
