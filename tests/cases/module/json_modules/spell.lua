-- What programs load for JSON, and what each gives.
local seen = {}
for _, name in ipairs{"json", "cjson", "dkjson", "lunajson", "rapidjson"} do
  local json = require(name)
  seen[#seen + 1] = json.encode(json.decode('{"a": [1, null]}')) == '{"a":[1,null]}'
end
local safe = require("cjson.safe")
local value, why = safe.decode("{")
assert(value == nil and why:find("line 1", 1, true), tostring(why))
assert(safe.decode("[7]")[1] == 7 and safe.encode{1} == "[1]" and require("cjson").null == JSON.null)
assert(not pcall(require("cjson").decode, "{"))
for _, good in ipairs(seen) do assert(good) end
return "ok"
