-- A step that cancels its own workflow, and one that another task cancels: what is under way ends.
local flow
flow = Workflow.sequential{name = "itself", steps = {
  {name = "stop", handler = function() flow:cancel() util.sleep(60000) return "late" end}, {name = "after", handler = function() error("never") end},
}}
local ok, why = pcall(flow.execute, flow)
local waits = Workflow.sequential{name = "waits", steps = {{name = "long", handler = function() util.sleep(60000) end}}}
local began = os.time()
local task = Task.spawn(function() local ok, why = pcall(waits.execute, waits) return {ok, why.code} end)
util.sleep(10)
local busy = {waits:get_status(), waits:cancel()}
local ended = task:await()
local twice = Workflow.sequential{name = "twice", steps = {{name = "s", handler = function() util.sleep(1000) return 1 end}}}
local first = twice:execute_async()
util.sleep(10)
local second, closed = pcall(twice.execute, twice)
return {{ok, why.code}, flow:get_status(), busy, ended, os.time() - began < 60, waits:cancel(), {second, closed.code, first:await().output}, twice:execute().output}
