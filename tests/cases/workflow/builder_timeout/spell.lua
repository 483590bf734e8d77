-- A builder's timeout, in milliseconds as another dialect has it.
local flow = Workflow.builder():sequential():name("w"):timeout(20):add_step{ name = "slow", execute = function() util.sleep(1000) end }:build()
local ok, why = pcall(flow.execute, flow)
return { ok, tostring(why):find("20 ms", 1, true) ~= nil }
