local one = http.get("http://server.test/a b?x=1", { headers = { ["X-Own"] = "v" }, query = { q = "a&b" } })
local two, problem = http.post("http://server.test:8080/things", { n = 1 })
local three = http.get("http://server.test/none")
local four = http.delete("http://server.test/things/1")
local five = http.request{ url = "http://server.test/umlauts", method = "POST", body = "x=1", headers = { ["content-type"] = "text/plain" } }
return {
  one = { one.status, one.ok, one.reason, one:json().hello, one.headers["X-A"], one.url, one.redirected },
  two = { two.status, two.body, problem == nil },
  three = { three.status, three.ok, three.body },
  four = { four.status, four.body },
  five = five.body,
}
