local words = require "words"
assert(words == require("words"), "it was loaded twice")
local nested = require "lib.nested"
assert(dofile("words.lua") ~= words)
local ok, why = pcall(require, "absent")
assert(not ok and tostring(why):find("absent"), why)
local ok, why = pcall(require, "broken")
assert(not ok and tostring(why):find("broken.lua:1"), why)
for _, path in ipairs{"../words.lua", "/etc/passwd", "lib/../../escape.lua", ".env", "lib/./.env"} do
  local ok, why = pcall(dofile, path)
  assert(not ok and why.code == "denied", path .. ": " .. tostring(why))
end
for _, name in ipairs{"os", "io", "debug", "string"} do assert(require(name) == _G[name], name) end
return {words.greeting, nested.twice}
