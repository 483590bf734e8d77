local function says(name, ...)
  local ok, why = pcall(require, name)
  assert(not ok, name)
  for _, text in ipairs{...} do assert(tostring(why):find(text, 1, true), tostring(why)) end
  return tostring(why)
end
says("serpent", "tried serpent.lua and serpent/init.lua", "JSON.encode")
says("socket.http", "http.get")
says("bit", "& | ~ << >>")
says("lfs", "io.open")
says("openai", "llm.complete")
assert(says("mine"):find("tried mine.lua and mine/init.lua and lib/mine.lua$"))
says("./lib/mine", "tried lib/mine.lua and lib/mine/init.lua")
