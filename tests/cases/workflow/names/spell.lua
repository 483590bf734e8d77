-- Workflow: which there are, and what can be done with their names.
local function one(value) return {{name = "s", handler = function() return value end}} end
local a = Workflow.sequential{name = "a", steps = one(1)}
Workflow.create{name = "b", type = "parallel", steps = one(2)}
Workflow.register("c", {steps = one(3)})
Workflow.register(Workflow.loop{name = "d", range = {0, 1}, body = one(4)})
local names = {}
for i, info in ipairs(Workflow.list()) do names[i] = info.name .. ":" .. info.type end
local results = {Workflow.execute(a).output, Workflow.execute("c").output, Workflow.execute{steps = one(5)}.output, Workflow.execute_async("a"):await().output, Workflow.get("a") == a, Workflow.get("none") == nil}
local failed = {}
Workflow.set_default_error_handler(function(why, name) failed = {why.code, name} end)
Workflow.enable_debug(true)
local debugged = Workflow.is_debug_enabled()
local ok = pcall(Workflow.execute, {name = "e", steps = {{name = "s", handler = function() error("no", 0) end}}})
Workflow.enableDebug(false)
local types = Workflow.types()
local removed = {Workflow.remove("b"), Workflow.remove("b"), Workflow.exists("b")}
local _, unknown = pcall(Workflow.execute, "aa")
local _, member = pcall(function() return Workflow.sequentiel end)
Workflow.clear()
return {names, results, {ok, failed}, debugged, types, #Workflow.discover_types(), removed, #Workflow.list(),
  tostring(unknown):find("no workflow 'aa'; did you mean 'a'?", 1, true) ~= nil, tostring(member):find("did you mean 'sequential'?", 1, true) ~= nil}
