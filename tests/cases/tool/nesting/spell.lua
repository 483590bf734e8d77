-- A tool may call tools; one that calls itself for ever is stopped.
local depth = 0
Tool.register({ name = "down", execute = function() depth = depth + 1 return Tool.execute("down") end })
Tool.register({ name = "outer", execute = function(input) return Tool.execute("inner", input) * 10 end })
Tool.register({ name = "inner", execute = function(input) return input.n + 1 end })
local ok, failure = pcall(Tool.execute, "down")
return { Tool.execute("outer", { n = 1 }), ok, failure.code, depth }
