-- An uncaught error in a tool ends the spell where it called the tool.
Tool.register({ name = "raises", execute = function() error("boom") end })
Tool.execute("raises")
