-- What a tool raises, and what it gives, as its caller gets it.
Tool.register({ name = "raises", execute = function() error("boom") end })
Tool.register({ name = "passes", execute = function() return Tool.execute("nowhere") end })
Tool.register({ name = "tells", execute = function() return nil, "no luck" end })
Tool.register({ name = "gives", execute = function(input) return input.what == "f" and { a = { print } } or input.what end })
Tool.register({ name = "domain", execute = function() return { success = false, error = { message = "no file" } } end })
local function try(...)
  local ok, failure = pcall(Tool.execute, ...)
  return ok and "it works" or { failure.code, (failure.message:gsub("%g+%.lua:%d+: ", ""):gsub("domain, .*", "domain")) }
end
local cycle = {}
cycle.itself = cycle
return {
  raises = try("raises"), passes = try("passes"), tells = try("tells"), gives = try("gives", { what = "f" }),
  null = Tool.execute("gives", { what = JSON.null }) == nil, text = Tool.execute("gives", { what = "x" }),
  domain = Tool.execute("domain").error.message,
  cycle = not pcall(Tool.execute, "gives", cycle), second = select(2, tools.execute("tells")),
}
