-- Standard tools need no grant. A policy can deny them, and then a spell does not see them.
local ok, failure = pcall(Tool.execute, "hash_calculator", { input = "x" })
local listed = {}
for _, tool in ipairs(Tool.list()) do listed[tool.name] = tool.source end
return { tools.calculator("1 + 1").result.result, listed.calculator, listed["hash-calculator"] == nil, ok, failure.code, failure.message }
