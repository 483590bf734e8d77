-- What is no such format says so; what is broken is mended as far as is asked for.
local function try(main, ...)
  local ok, problem = pcall(main, ...)
  return ok and "read" or ((type(problem) == "table" and problem.message or tostring(problem)):gsub("^spell.lua:%d+: ", ""))
end
return {
  try(output.parse, "I can't do that.", "json"),
  try(output.parse, "<a><b>1</a>", "xml"),
  try(output.parse, "a: [1, 2", "yaml"),
  try(output.parse, "a,b\n1,2,3\n", "csv"),
  try(output.parse, "x", "toml"),
  try(output.parse, "x", { strictness = "none" }),
  try(output.parse, "x", 5),
  try(output.format, { 1, 2 }, "csv"),
  try(output.format, { ["a b"] = 1 }, "xml"),
  (output.recover("<a><b>1</a>", "xml")), (output.recover("<a>1 & 2", "xml")), (output.recover("a,b\n1,2,3\n4\n", "csv")),
  (output.recover("```yaml\na:\n\t- 1\n```", "yaml")),
  try(function() return output.repairs end),
}
