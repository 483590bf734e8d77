-- A grant of the home folder does not reach what the program keeps for itself in it, by no way.
local function ask(tool, given)
  local ok, answer = pcall(Tool.execute, tool, given)
  if not ok then return answer.code end
  return answer.text or (answer.success and "ok" or answer.error.code)
end
local function read(path) return ask("file_read", { path = path }) end
local function write(path) return ask("file_write", { path = path, content = "x" }) end
local function move(from, to) return ask("file_operations", { operation = "move", source_path = from, target_path = to }) end
local guest = "share/own/guests/python/guest.json"
return {
  read("home/a.txt"), read("home/" .. guest), read(params.folder .. "/home/" .. guest), read("home/link/guests/python/guest.json"),
  write("home/" .. guest), write("home/link/guests/image"), write("home/share/own/new"), write("home/share/other"),
  move("home/share", "home/moved"), move("home/a.txt", "home/share/own/a.txt"), move("home/share/other", "home/b.txt"),
}
