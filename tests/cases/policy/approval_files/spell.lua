-- What is to be written is part of the question, by whichever way it is written; what lies elsewhere is not asked about.
local function try(work, ...)
  local ok, answer = pcall(work, ...)
  if ok and type(answer) == "table" then return answer.success end
  return ok and "done" or answer.code
end
local function add(path, text)
  local file = assert(io.open(path, "a"))
  file:write(text)
  assert(file:close())
end
return {
  try(add, "other.txt", "free"), try(add, "out/one.txt", "first"), try(tools.file_write, "out/two.txt", "second"), try(tools.file_write, "out/three.txt", "third"),
  try(tools.file_write, "link.txt", "by a link"), try(Tool.execute, "file-operations", { operation = "delete", path = "out", recursive = true }),
}
