local function part(name) return function(context) return { type = "modified", data = (context.data or "") .. name } end end
local a = Hook.register("tool:before_execution", part("a"), "high")
local b = Hook.register("agent:after_execution", part("b"))
local around = Hook.compose({ a, b:id(), part("c") }, "around")
local function fire(point) return Hook.execute(point, "").data end
local seen = { around:hook_point(), fire("tool:before_execution"), fire("tool:after_execution"), fire("agent:after_execution"), #Hook.list() }
Hook.pause(around)
seen[6] = fire("tool:before_execution")
Hook.resume(around)
seen[7], seen[8] = Hook.unregister(around), #Hook.list()
local id = zigllms.hook.compose({ part("x"), part("y") }, zigllms.hook.Type.POST, "agent:writer:before_execution")
seen[9], seen[10] = Hook.get_info(id).point, fire("agent:writer:after_execution")
local failing = Hook.compose({ part("e") }, "error", "tool:before_execution")
seen[11], seen[12] = failing:hook_point(), fire("tool:error")
local own = Hook.compose({ part("1"), part("2") }, "pre", "custom:mine")
seen[13] = fire("custom:mine")
seen[14] = select(2, pcall(Hook.compose, { part("x") }, "sideways"))
return seen
