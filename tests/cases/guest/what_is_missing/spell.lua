for _, name in ipairs{"package", "dofile_", "newproxy"} do assert(_G[name] == nil, name) end
for _, name in ipairs{"dump"} do assert(string[name] == nil, name) end
for _, name in ipairs{"sethook", "getregistry", "setmetatable", "getupvalue", "setupvalue", "getlocal", "setlocal",
  "upvaluejoin", "setuservalue", "getinfo"} do assert(debug[name] == nil, name) end
for _, name in ipairs{"rename", "remove", "tmpname", "setlocale"} do assert(not pcall(os[name], "x", "y"), name) end
local ok, why = pcall(os.execute, "sleep 1")
assert(not ok and tostring(why):find("util.sleep", 1, true), why)
local bytecode = "\27Lua" .. ("\0"):rep(40)
for _, mode in ipairs{"t", "b", "bt"} do
  local ok, f = pcall(load, bytecode, "x", mode)
  assert(not ok or f == nil, "bytecode was loaded in mode " .. mode)
end
assert(load(bytecode) == nil)
assert(load("return 1 + 1")() == 2)
local env = {}
assert(load("x = 1", "chunk", "t", env) and env.x == nil)
load("x = 1", "chunk", "t", env)()
assert(env.x == 1 and x == nil)
assert(math.pow(2, 10) == 1024 and utf8.char(228) == "ä" and select("#", table.unpack({1, 2, 3})) == 3)
assert(debug.traceback("m"):find("^m\nstack traceback:"))
local ok, why = pcall(function() Agent.builder():api_key("sk-1") end)
assert(not ok and tostring(why):find("key"), why)
