-- Steps as they depend on each other: those that can begin do so at once, and circles are refused by name.
local order = {}
local function step(name, wait, needs)
  return {name = name, depends_on = needs, handler = function() util.sleep(wait) order[#order + 1] = name return name end}
end
local flow = Workflow.dag{name = "graph", steps = {
  step("last", 10, {"slow", "fast"}), step("slow", 3000), step("fast", 1000), step("after_fast", 1000, "fast"),
}}
local began = os.time()
local result = flow:execute()
local took = os.time() - began
local also = Workflow.sequential{steps = {step("b", 1, {"a"}), step("a", 1)}}:execute()
local ok, why = pcall(Workflow.dag, {steps = {step("one", 1, {"two"}), step("two", 1, {"one"})}})
local verdict = Workflow.validate{pattern = "dag", steps = {step("x", 1, {"y"}), step("y", 1, {"x"})}}
local text = tostring(why)
local fine = flow:validate()
return {order, took, result.status, also.outputs.b, flow:get_dependencies().last, fine.valid, fine.order[#fine.order],
  {ok, text:find("one", 1, true) ~= nil, text:find("two", 1, true) ~= nil}, {verdict.valid, #verdict.errors}}
