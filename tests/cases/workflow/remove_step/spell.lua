-- Steps are taken away by their names, also from branches' list and through ids.
local flow = Workflow.sequential{name = "w", steps = {{name = "a", handler = function() return 1 end}, function() return 2 end, {name = "c", handler = function(ctx) return ctx.previous.output + 10 end}}}
local names = flow:get_steps()
local first = flow:execute().output
local removed, again = flow:remove_step("step2"), flow:remove_step("nobody")
local second = flow:execute().output
local both = Workflow.parallel{name = "p", branches = {{name = "x", steps = {{name = "one", handler = function() return 1 end}}}, {name = "y", steps = {{name = "two", handler = function() return 2 end}}}}}
local branch = both:removeStep("x")
local id = zigllms.workflow.create{name = "z", steps = {{name = "s", execute = function() return 1 end}, {name = "t", execute = function() return 2 end}}}
local z = zigllms.workflow.removeStep(id, "t")
return {names, first, removed, again, second, branch, both:execute().outputs, z, zigllms.workflow.get_steps(id), zigllms.workflow.execute(id).output}
