local one = http.get("http://server.test/?key=secret:TOKEN").body
local _, bad = http.get("http://server.test/")
local echo = http.get("http://server.test/").body
local map = tools.sitemap{ url = "http://server.test/" }
local _, other = pcall(http.get, "http://server.test/", { headers = { ["X-HTTP-Method-Override"] = "DELETE" } })
return { one, { bad.code, bad.message }, echo, map.result.urls, { other.code, other.message } }
