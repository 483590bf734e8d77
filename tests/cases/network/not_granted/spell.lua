local ok, problem = pcall(http.get, "https://example.org/x")
local also, why = pcall(Tool.execute, "http-requester", { url = "https://example.org/x" })
local listed = false
for _, tool in ipairs(Tool.list()) do listed = listed or tool.name == "http-requester" end
return { problem.code, problem.message, why.code, why.message, not listed }
