-- What is not granted is refused, whatever the path or the link; what leads within the grant works.
local function read(path)
  local ok, answer = pcall(Tool.execute, "file_read", { path = path })
  if not ok then return answer.code end
  return answer.text or answer.error.code
end
local function write(path, text)
  local ok, answer = pcall(Tool.execute, "file_write", { path = path, content = text or "canary" })
  if not ok then return answer.code end
  return answer.success and "ok" or answer.error.code
end
local function move(from, to)
  local ok, answer = pcall(Tool.execute, "file_operations", { operation = "move", source_path = from, target_path = to })
  if not ok then return answer.code end
  return answer.success and "ok" or answer.error.code
end
return {
  read("in/inside"), read(params.folder .. "/in/a.txt"),
  read("in/around"), read("in/../in/a.txt"), read("in/up/in/a.txt"), read("in/out-of-it"), read("../a.txt"), read("/etc/passwd"),
  read(params.folder .. "/secret.txt"),
  read("in"), read(""), read("in/a\0b"), read(string.rep("a/", 3000)),
  read("out/b.md"), read("out/c.txt"), read("out/odd.md"), write("out/loop"), write("in/a.txt"), write("out/away"),
  write("secret.txt"), write("out/sub"), write("out/b.md", "new"), move("out/c.txt", "out/c.md"), move("out/c.txt", "in/c.txt"),
}
