local one = http.post("http://server.test/first", "x", { headers = { authorization = "Bearer t", ["content-type"] = "text/plain", ["x-plain"] = "p" } })
local two = http.get("http://server.test/a", { redirect = "manual" })
local three, problem = http.get("http://server.test/b", { redirect = "error" })
local ok, denied = pcall(http.get, "http://server.test/c")
return { { one.status, one.body, one.url, one.redirected }, { two.status, two.headers.location, two.redirected }, { problem.code, problem.message }, { denied.code, denied.message } }
