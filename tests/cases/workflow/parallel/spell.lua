-- Branches at the same time, by all their spellings.
local function after(value, wait) return function() util.sleep(wait) return value end end
local began = os.time()
local flow = Workflow.parallel{
  name = "both",
  branches = {
    {name = "slow", steps = {{name = "a", handler = after("A", 3000)}, {name = "b", handler = after("B", 1000)}}},
    {name = "fast", steps = {{name = "c", handler = after("C", 2000)}}},
    {name = "failing", required = false, steps = {{name = "d", handler = function() error("broken") end}}},
  },
}
local result = flow:execute()
local took = os.time() - began

local after_it = Workflow.sequential{steps = {
  {name = "both", type = "parallel", branches = {{name = "one", steps = {{name = "x", handler = function() return 1 end}}}, {name = "two", steps = {{name = "y", handler = function() return 2 end}}}}},
}}
local merged = {}
for _, merge in ipairs{"object", "list", "concat", "first", "last"} do
  local outputs = Workflow.parallel{merge_strategy = merge, steps = {
    {name = "a", handler = after("A", 20)}, {name = "b", handler = after("B", 10)},
  }}:execute().output
  merged[#merged + 1] = outputs
end
-- Two at a time.
began = os.time()
local steps = {}
for i = 1, 4 do steps[i] = {handler = after(i, 1000)} end
local bounded = Workflow.builder():parallel():name("bounded"):max_concurrency(2):add_steps(steps):build()
local counted = bounded:execute()
return {result.outputs.a, result.outputs.b, result.outputs.c, result.steps.d.status, result.data.successful_branches, took, merged,
  counted.data.successful_branches, os.time() - began, after_it:execute().output}
