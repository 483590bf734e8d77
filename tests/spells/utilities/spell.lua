-- Utilities that scripts of this kind carry along
local stringx = require("lib.stringx")
local tablex = require("lib.tablex")
local ok_cjson, cjson = pcall(require, "cjson")
print("cjson", ok_cjson)
local json_mod = (function() local ok, j = pcall(require, "json"); return ok and j or JSON end)()
print(json_mod.encode and json_mod.encode({ a = 1 }) or JSON.stringify({ a = 1 }))

math.randomseed(os.time())
local unpack = table.unpack or unpack
local pow = math.pow or function(a, b) return a ^ b end
print(pow(2, 10), unpack({ 1, 2, 3 }))
print(string.format("%5.2f|%-10s|%05d|%x|%q|%s|%i", 3.14159, "left", 42, 255, "quo\"te", true, 7))
print(string.format("%d items at %.1f%%", 3.0, 45.678))
print(os.date("%Y") >= "2024", type(os.time()), os.date("!%H:%M:%S", 3661), os.date("*t", 0).year, os.time({ year = 2020, month = 1, day = 1, hour = 12 }))
print(os.date("!%A, %d %B %Y %I:%M %p %j", 0), os.difftime(10, 4), type(os.clock()))
print(stringx.title("hello big world"), stringx.split("a,b,,c", ",")[4], stringx.trim("  x "), stringx.wrap("one two three four", 9))
print(tablex.keys({ a = 1, b = 2 })[1], tablex.map({ 1, 2 }, function(x) return x * 2 end)[2], tablex.reduce({ 1, 2, 3 }, function(a, b) return a + b end, 0))
print(#tablex.copy({ 1, 2, { 3 } }), tablex.serialize({ 1, a = "x", { true } }))

local agent = Agent.create({ name = "echo", model = "openai/gpt-4", system_prompt = "Echo." })
local reply = agent:execute({ prompt = "list" })
local parts = {}
table.insert(parts, reply)
table.insert(parts, "end")
print(table.concat(parts, "|"))
print(#reply, reply:upper(), reply .. "!", "x" .. reply, string.len(reply), string.rep(reply, 2, "-"))
print(string.format("%s and %q", reply, reply.text), tostring(reply) == reply.text, reply == "a, b, c")
for item in reply:gmatch("[^,%s]+") do io.write(item, ";") end
io.write("\n")
print(select("#", reply:match("(%a), (%a)")), (reply:gsub(",", "/")))
local n = tonumber(agent:execute({ prompt = "number" }))
print(n, math.type and math.type(n))
local bool = agent:execute("yes or no"):lower():find("yes") ~= nil
print(bool)
print(({ ["a, b, c"] = "found" })[tostring(reply)])

local function risky(level) if level == 0 then error({ code = "E_DEPTH", level = level }) end return risky(level - 1) + 1 end
local ok, err = pcall(risky, 2)
print(ok, type(err), err.code)
print(xpcall(function() error("deep") end, function(e) return "handled: " .. e:match("[^:]+$") end))
local _, tb = xpcall(function() local x = nil; return x.y end, debug.traceback)
print(tb:match("stack traceback") ~= nil, tb:match("^[^\n]+"))
print(pcall(error, "plain", 0))
print(select(2, pcall(error)))
io.stderr:write("to stderr\n")
io.stdout:write("to stdout", "\n")
print(type(arg), arg[0] ~= nil, #arg, ARGS and ARGS[1], ARGS.mode)
print(collectgarbage("count") > 0, type(_VERSION), _G._G == _G)
local t = setmetatable({}, { __call = function(self, a) return a + 1 end, __close = function() print("closed") end, __concat = function(a, b) return "cat" end })
do local c <close> = t; print(c(1), c .. "x") end
local co = coroutine.create(function(a) local b = coroutine.yield(a + 1); error("in co " .. b) end)
print(coroutine.resume(co, 1)); print(coroutine.resume(co, "x")); print(coroutine.status(co), coroutine.isyieldable())
print(utf8.len("häß"), utf8.char(228, 8364), ("%s"):rep(2):format("a", "b"), #utf8.charpattern)
print(load("return 1 + 1")(), pcall(load, nil), load("syntax error here") == nil)
local env = setmetatable({}, { __index = _G }); print(load("x = 5; return x", "chunk", "t", env)(), rawget(_G, "x"))
goto done
print("never")
::done::
print(table.unpack(table.pack(1, nil, 3), 1, 3)); print(table.move({ 1, 2 }, 1, 2, 2)[3], next({}), rawlen({ 1 }), 7 // 2, 7 % -3, 2 ^ 0.5 == math.sqrt(2), 1 << 4, "10" + 5, 10 / 2)
print(os.getenv("HOME"), pcall(os.execute, "sleep 1"))
local f = dofile("lib/extra.lua"); print(f.name)
return { ok = true }
