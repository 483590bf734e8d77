-- archive-handler: an archive is made, listed and unpacked, in each format.
local function archive(operation, path, more)
  more = more or {}
  more.operation, more.path = operation, path
  return Tool.execute("archive_handler", more)
end
local function problem(answer) return answer.error.code .. ": " .. answer.error.message end
local seen = {}
for _, ending in ipairs({ "zip", "tar.gz", "tar" }) do
  local path, one = "packed." .. ending, {}
  one.made = archive("create", path, { files = { "in", "note.md" } }).result.files
  one.listed = {}
  for i, entry in ipairs(archive("list", path).result.entries) do one.listed[i] = { entry.name, entry.size } end
  local result = archive("extract", path, { target_path = "out/" .. ending }).result
  one.extracted, one.size = result.extracted, result.size
  one.again = tools.file_read("out/" .. ending .. "/in/deep/b.txt").text
  seen[ending] = one
end
seen.other, seen.nothing = problem(archive("list", "a.rar")), problem(archive("create", "a.zip"))
return seen
