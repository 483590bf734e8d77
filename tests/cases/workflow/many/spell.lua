-- Workflows that are dropped leave nothing behind: neither places among the handles nor functions.
local sum = 0
for i = 1, 1100 do
  sum = sum + Workflow.sequential{steps = {{handler = function(ctx) return ctx.input end}, {handler = function(ctx) return ctx.step1 + 1 end}}}:execute(i).output
end
return sum
