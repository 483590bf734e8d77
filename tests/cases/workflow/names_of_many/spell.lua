-- Workflows that only their names know make room for others.
local function workflow(name)
  return Workflow.sequential{name = name, steps = {{name = "a", type = "function", execute = function() return 1 end}}}
end
local kept, last = workflow("kept")
for i = 1, 60 do last = workflow("flow-" .. i) end
local ok, lost = pcall(Workflow.execute, "flow-1", {})
return {last:execute{}.success, Workflow.get("kept") == kept, ok, tostring(lost):match("There was.*")}
