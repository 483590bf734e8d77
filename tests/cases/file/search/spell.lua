-- file-search: texts and patterns, in some of the files of a folder.
local function search(given) return Tool.execute("file-search", given) end
local function lines(given)
  local found = {}
  for i, one in ipairs(search(given).result.matches) do found[i] = { one.file_path, one.line_number, one.column_number, one.line_content } end
  return found
end
local around = search({ pattern = "two", path = "src", case_sensitive = false, context_lines = 1 }).result.matches[1]
local cut = search({ pattern = "tides", path = "src", max_results = 1 }).result
local wrong = search({ pattern = "(", path = "src", use_regex = true }).error
local ok, outside = pcall(search, { pattern = "tides", path = "/etc" })
return {
  plain = lines({ pattern = "tides", path = "src" }), summary = search({ pattern = "tides", path = "src" }).result.summary,
  narrow = lines({ query = "^(Two )?T[i-j]des", path = "src", use_regex = true, case_sensitive = false, include_extensions = { "md" }, exclude_dirs = { "skip" } }),
  around = { around.context_before, around.context_after }, flat = #lines({ pattern = "tides", path = "src", recursive = false }),
  cut = { #cut.matches, cut.summary.truncated }, file = lines({ pattern = "tides", path = "src/deep/b.md" }),
  wrong = wrong.code .. ": " .. wrong.message, outside = outside.code,
}
