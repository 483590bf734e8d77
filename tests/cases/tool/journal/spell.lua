-- Each call of a tool is on record, with its arguments.
Tool.register({ name = "double", execute = function(input) return input.n * 2 end })
return Tool.execute("double", { n = 21 })
