-- A policy narrows what is granted: folders, what is denied in them, and the size of a file.
local function ask(operation, given)
  given.operation = operation
  local ok, answer = pcall(Tool.execute, "file-operations", given)
  if not ok then return answer.code end
  return answer.text or (answer.success and "ok") or answer.error.code
end
local names = {}
for i, entry in ipairs(Tool.execute("file-operations", { operation = "list", path = "in" }).result.entries) do names[i] = entry.name end
return {
  ask("read", { path = "in/a.txt" }), ask("read", { path = "in/private/b.txt" }), ask("read", { path = "in/to-private" }),
  ask("read", { path = "out/x.txt" }), names, ask("write", { path = "out/x.txt", input = "1234" }),
  ask("write", { path = "out/x.txt", input = "12345" }), ask("append", { path = "out/x.txt", input = "5" }),
  ask("copy", { path = "in/long.txt", to = "out/y.txt" }), ask("copy", { path = "in/private/b.txt", to = "out/b.txt" }), ask("list", { path = "." }),
}
