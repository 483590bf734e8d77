local ok, problem = pcall(http.get, "https://example.org/x")
local also, why = pcall(Tool.execute, "http-requester", { url = "https://example.org/x" })
return { problem.code, problem.message, why.code, why.message, Tool.get("http-requester") == nil }
