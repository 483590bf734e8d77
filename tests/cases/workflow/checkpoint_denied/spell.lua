-- Without a grant of state nothing is kept, and what needs no checkpoint runs.
local flow = Workflow.sequential{name = "flow", steps = {{name = "a", handler = function() return 1 end}}}
local ok, why = pcall(flow.execute, flow, nil, {checkpoint = "id"})
return {ok, why.code, why.message:find("checkpoint:id", 1, true) ~= nil, flow:execute().output}
