local one = http.get("http://server.test/?key=secret:TOKEN&plain=1", { headers = { authorization = "secret:TOKEN" } })
local two = http.get("http://server.test/", { headers = { authorization = "secret:LOGIN", ["x-own"] = "token=secret:TOKEN;" } })
local three = http.get("http://server.test/", { headers = { authorization = "secret:TOKEN" } })
local function why(url, value)
  local ok, response, problem = pcall(http.get, url, { headers = { authorization = value } })
  if not ok then problem = response end
  return { problem.code, problem.message }
end
return {
  { one.body, one.headers["x-echo"], one.url }, two.body, three.url, why("http://other.server.test/", "secret:TOKEN"),
  why("http://server.test/", "secret:TOKE"), why("http://server.test/", "secret:UNSET"), why("http://server.test/", "secret:NONE"),
}
