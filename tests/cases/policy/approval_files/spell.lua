-- What is to be written is part of the question, by whichever way it is written; what lies elsewhere is not asked about.
local function try(work, ...)
  local ok, answer = pcall(work, ...)
  if ok and type(answer) == "table" then return answer.success end
  return ok and "done" or answer.code
end
local function save(path, text)
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
end
return {
  try(save, "other.txt", "free"), try(save, "out/one.txt", "first"), try(tools.file_write, "out/two.txt", "second"),
  try(tools.file_write, "out/three.txt", "third"), try(Tool.execute, "file-operations", { operation = "delete", path = "out", recursive = true }),
  try(tools.file_write, "link.txt", "by a link"),
}
