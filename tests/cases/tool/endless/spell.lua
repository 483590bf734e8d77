-- A tool that never comes back is ended by the run's fuel: nothing catches that.
Tool.register({ name = "spin", execute = function() while true do end end })
pcall(Tool.execute, "spin")
return "not reached"
