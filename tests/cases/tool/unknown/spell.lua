-- A tool that is not there: the nearest name, or how to get one that is known elsewhere.
Tool.register({ name = "web_fetch_page", execute = function() end })
local function try(...)
  local ok, failure = pcall(...)
  -- The standard tools that are there as well are not what this is about.
  return not ok and failure.code .. ": " .. failure.message:gsub("page, .*", "page")
end
return {
  near = try(Tool.execute, "web_fetch_pag"), far = try(Tool.execute, "zebra"),
  built_in = try(Tool.execute, "process-executor", { expression = "1 + 1" }),
  field = try(function() return tools.file_write("a.md", "text") end),
  odd = try(Tool.execute, "a\u{202e}\nb"), long = #try(Tool.execute, string.rep("x", 100000)) < 300,
  alike = Tool.get("web-fetch-page").name, none = Tool.get("zebra") == nil, exists = Tool.exists("zebra"),
}
