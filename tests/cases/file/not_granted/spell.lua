-- Without a grant there are no tools for files: they are not shown, and whoever asks for one is told of the flag.
local function try(...)
  local ok, failure = pcall(...)
  return not ok and failure.code .. ": " .. failure.message
end
local listed = false
for _, tool in ipairs(Tool.list()) do listed = listed or tool.name:find("^file") ~= nil end
local seen = {
  listed = listed, called = try(function() return tools.file_write("a.md", "text") end), either = try(Tool.execute, "file_operations", { operation = "read" }),
  asked = try(Tool.execute, "file_read", {}), agent = try(Agent.create, { model = "local/m", tools = { "file_write" } }),
}
local file, why = io.open("a.md", "w")
seen.open = why.message
return seen
