-- Schemas and names that are made to hurt the host: each is an error that the spell can catch.
local function try(parameters)
  local ok, failure = pcall(Tool.register, { name = "t", parameters = parameters, execute = function() end })
  if ok then Tool.remove("t") end
  return ok and "it works" or failure.code
end
local bomb = { ["$ref"] = "#/$defs/d0", ["$defs"] = { d40 = { type = "object" } } }
for n = 0, 39 do
  local next = { ["$ref"] = "#/$defs/d" .. n + 1 }
  bomb["$defs"]["d" .. n] = { allOf = { next, next } }
end
local deep = {}
for _ = 1, 80 do deep = { ["not"] = deep } end
local encoded = pcall(Tool.register, { name = "t", parameters = deep, execute = function() end })
local huge = { properties = {} }
for n = 1, 20000 do huge.properties["p" .. n] = { type = "string" } end
local results = {
  bomb = try(bomb), deep = encoded, huge = try(huge), loop = try({ allOf = { { ["$ref"] = "#" } } }),
  file = try({ properties = { a = { ["$ref"] = "file:///etc/passwd" } } }),
  pattern = try({ properties = { a = { pattern = "(((a{100}){100}){100})" } } }),
  fine = try({ properties = { a = { pattern = "^(a+)+$" } } }), list = try({ "x" }), number = try(7),
}
-- So many that the host would feel it, were there no bound; and as many one after the other.
local defined = 0
for n = 1, 10000 do
  local ok = pcall(Tool.register, { name = "tool" .. n, execute = function() end })
  if ok then defined = defined + 1 end
end
for n = 1, 256 do Tool.remove("tool" .. n) end
for _ = 1, 1000 do
  Tool.register({ name = "again", execute = function() end })
  Tool.remove("again")
end
results.defined, results.left = defined, 0
for _, tool in ipairs(Tool.list()) do
  if tool.source == "spell" then results.left = results.left + 1 end
end
Tool.register({ name = "slow", parameters = { properties = { a = { type = "string", pattern = "^(a+)+$" } } }, execute = function() end })
local ok, failure = pcall(Tool.execute, "slow", { a = string.rep("a", 500000) .. "!" })
results.slow = failure.code
ok, failure = pcall(Tool.execute, "slow", { a = string.rep("a", 1100000) })
results.large = ok
return results
