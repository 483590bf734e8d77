local function why(...)
  local ok, found, problem = pcall(http.get, ...)
  if not ok then problem = found end
  return type(problem) == "table" and problem.code .. ": " .. problem.message or (tostring(problem):gsub("^[^:]+:%d+: ", ""))
end
return {
  why("http://server.test/"), why("http://127.0.0.1:2/"), why("http://127.0.0.1:1/"), why("http://localhost:1/"),
  why("http://private.test/"), why("http://mixed.test/"), why("http://metadata.test/"), why("http://mapped.test/"),
  why("http://a.example/"), why("ftp://a.example/"), why("http://u:p@a.example/"),
  why("http://a.example/", { headers = { Host = "b.example" } }), Tool.get("http-requester") ~= nil,
}
