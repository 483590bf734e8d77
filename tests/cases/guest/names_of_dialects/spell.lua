-- Names of other dialects that are spellings of ours.
Agent.create{ name = "a", model = "openai/gpt-4o" }
assert(#Agent.discover() == 1 and #agents.list() == 1)
assert(tools.get("calculator").name == "calculator" and #tools.list() > 5)
local step = { name = "s", execute = function() return 1 end }
local parallel = workflow.parallel{ name = "p", steps = { step } }:execute{}
local chosen = workflow.conditional{ name = "c", branches = { { name = "b", condition = true, steps = { step } } } }:execute{}
local loop = workflow.loop{ name = "l", iterator = { range = { start = 1, ["end"] = 3 } }, body = { step } }:execute{}
assert(RAG.new{ collection = "x" }.collection == "x")
assert(json.decode('{"a": 1}').a == 1 and json.parse("[2]")[1] == 2 and json.stringify({ 1 }) == "[1]")
Logger.warn("careful")
return { parallel.success, chosen.success, loop.data.completed_iterations }
