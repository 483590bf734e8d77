-- What there is, and what is wrong with a call.
local names = {}
for i, one in ipairs(Template.list()) do names[i] = one.id end
assert(#names == 10 and #Template.list("code") == 2 and #Template.search("REPORT") == 1)
assert(Template.exists("code-review") and not Template.exists("x"))
local info = Template.info("code-review")
assert(info.category == "code" and info.schema.required[1] == "code" and Template.info("code-review", false).schema == nil)
assert(Template.schema("code-review").properties.concerns.type == "array")
assert(Template.estimateCost("research-assistant", { topic = "x", questions = 4 }).calls == 6)
local told = {}
local function refused(...)
  local ok, why = pcall(Template.execute, ...)
  assert(not ok)
  told[#told + 1] = (tostring(why):gsub("^spell.lua:%d+: ", ""))
end
refused("code-reviw")
refused("code-review")
refused("code-review", { code = "x", langauge = "lua" })
refused("research-assistant", { topic = "x", questions = 11 })
refused("research-assistant", { topic = "x", questions = "many" })
refused("document-processor", { text = "x", operation = "sumarize" })
return { names, told }
