for _, name in ipairs{"dofile_", "newproxy"} do assert(_G[name] == nil, name) end
for _, name in ipairs{"dump"} do assert(string[name] == nil, name) end
for _, name in ipairs{"sethook", "getregistry", "setmetatable", "getupvalue", "setupvalue", "getlocal", "setlocal",
  "upvaluejoin", "setuservalue", "getinfo"} do assert(debug[name] == nil, name) end
for _, name in ipairs{"tmpname", "setlocale"} do assert(not pcall(os[name], "x", "y"), name) end
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
-- What people try, and a word of what does its work.
local ways = {
  ['package.loadlib("x", "*")'] = "can't load other programs", ["sleep(1)"] = "util.sleep", ["wait(1)"] = "util.sleep", ["os.sleep(1)"] = "util.sleep",
  ["return cjson.encode{}"] = "JSON.encode", ["return bit.band(1, 2)"] = "& | ~", ["return bit32.bor(1, 2)"] = "& | ~", ["return table.getn{}"] = "#list",
  ["setfenv(1, {})"] = "load(text", ["debug.getinfo(1)"] = "debug.traceback", ['module("m", 1)'] = "returns a table", ['redis.call("get")'] = "State.set",
  ["ngx.say(1)"] = "no web server", ["vim.api()"] = "no editor", ['return ("a,b"):split(",")'] = "gmatch", ['local s = " a" return s:trim()'] = "match",
  ['return string.gfind("a", "b")'] = "string.gmatch", ["return io.stdin:read()"] = "params", ["return null.x"] = "JSON.null", ["return None.x"] = "nil",
  ["return math.round(1.5)"] = "math.floor", ["return JSON.loads('1')"] = "JSON.decode", ["new.x()"] = "Agent.create", ["fetch('x')"] = "http.get", ["print_r{}"] = "JSON.encode",
  ["setTimeout(print, 1)"] = "Task.spawn", ["return process.env.X"] = "env.NAME", ["local c = AbortController.new()"] = "task:cancel", ["return len{}"] = "#value",
}
for text, way in pairs(ways) do
  local ok, why = pcall(load(text))
  assert(not ok and why:find("nil value", 1, true) and why:find("'): ", 1, true) and why:find(way, 1, true), tostring(why))
end
-- Not where a name of the spell's own is meant.
local function plain(text)
  local ok, why = pcall(load(text))
  assert(not ok and not why:find("'): ", 1, true), why)
end
plain("local t = {} t.getn()")
plain("local t = {} t:split()")
plain("sleep = 1 sleep(1)")
plain("local table = {} table.getn()")
plain("nothing.of.the.kind()")
plain("local x = {} x.y.z = 1")
assert(table.getn == nil and os.sleep == nil and not pcall(io.popen, "ls"))
