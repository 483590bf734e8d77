-- References to a step of a branch, also where two branches have steps of the same name.
Tool.register{name = "echo", execute = function(input) return input.value end}
local function say(value) return {{name = "say", tool = "echo", input = {value = value}}} end
local flow = Workflow.conditional{execute_all_matching = true, branches = {
  {name = "one", condition = true, steps = say({n = 1})}, {name = "two", condition = true, steps = say("{{branch:one:say:output.n}}")},
  {name = "three", condition = true, steps = say("{{branch:one:say:output}} and {{branch:two:say:output}}")},
}}
local result = flow:execute()
local ok, why = pcall(Workflow.conditional, {branches = {{name = "one", condition = true, steps = say("{{branch:none:say:output}}")}}})
return {result.output, result.outputs, ok, tostring(why):find("none:say", 1, true) ~= nil}
