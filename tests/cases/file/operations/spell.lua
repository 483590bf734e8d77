-- Each operation and its other names; the tools with one purpose; folders on the way are made.
local function file(operation, more)
  more.operation = operation
  return Tool.execute("file-operations", more)
end
local function problem(answer) return answer.error.code .. ": " .. answer.error.message end
local seen = {}
seen.read = file("read", { path = "in/a.md" })
seen.write = file("write", { path = "out/new/x.txt", input = "abc" })
seen.append = file("append", { path = "out/new/x.txt", input = "de" })
seen.made = { file("create_dir", { path = "out/d/e" }).result.created, file("mkdir", { path = "out/d/e" }).result.created }
local function names(listed)
  local all = {}
  for i, entry in ipairs(listed.entries) do all[i] = entry.name end
  return all
end
seen.listed = names(file("list_dir", { path = "in" }).result)
local first = file("ls", { path = "in", limit = 1 }).result
local second = file("dir", { path = "in", limit = 1, after = first.next }).result
seen.paged = { first.entries[1].name, first.next, second.entries[1].name, second.next ~= nil }
seen.copied = file("copy", { source_path = "in/a.md", target_path = "out/copy.md" }).result
seen.again = file("cp", { from = "in/a.md", to = "out/copy.md" }).result.size
seen.moved = file("move", { source_path = "out/copy.md", target_path = "out/moved.md" }).result
file("mv", { path = "out/moved.md", to = "out/m.md" })
file("rename", { source = "out/m.md", target = "out/moved.md" })
local about = file("metadata", { path = "out/moved.md" }).result
seen.metadata = { about.path, about.type, about.size }
assert(file("stat", { path = "in" }).result.type == "directory" and file("info", { path = "in/a.md" }).result.size == 3)
seen.exists = {
  file("exists", { path = "in/a.md" }).result.exists, file("exists", { path = "in/c.md" }).result.exists,
  file("exists", { path = "out" }).result.exists,
}
seen.full = problem(file("delete", { path = "out/new" }))
seen.deleted = { file("delete", { path = "out/new", recursive = true }).result.deleted, file("remove", { path = "out/d", recursive = true }).result.deleted }
seen.missing = problem(file("read", { path = "in/c.md" }))
seen.incomplete = problem(file("copy", { path = "in/a.md" }))
seen.short = { tools.file_write("out/short.txt", "one").result.size, tools.file_read("out/short.txt").text, Tool.execute("file-read", { file_path = "out/short.txt" }).result.input }
seen.aliases = {
  Tool.execute("file_operations", { op = "exists", path = "in" }).success, Tool.execute("file-manager", { action = "exists", path = "in" }).success,
  Tool.execute("file_reader", { path = "in/a.md" }).success, tools.file_writer("note.txt", "text").success,
}
seen.glob = tools.file_read("note.txt").text
return seen
