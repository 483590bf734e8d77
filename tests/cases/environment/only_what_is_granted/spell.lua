assert(env.HOME == nil and os.getenv("PATH") == nil and env.HOME == nil)
assert(not pcall(function() env.NAME = "x" end))
local names = {}
for name, value in pairs(env) do names[#names + 1] = name .. "=" .. value end
return {env.NAME, os.getenv("NAME"), names}
