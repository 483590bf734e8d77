local ok, problem = pcall(http.get, "https://example.org/x")
local also, why = pcall(tools.http_requester, "https://example.org/x")
return { problem.code, problem.message, why.code, why.message, Tool.get("http-requester") == nil }
