-- A reply is a text where it is compared and where it is a key.
local agent = Agent.create{stateless = true}
local yes, again, no = agent:run("?"), agent:run("?"), agent:run("?")
assert(yes == "yes" and "yes" == yes and yes == again and yes == "ye" .. "s")
assert(yes ~= "no" and no ~= "yes" and yes ~= no and no == "no")
assert(yes ~= nil and yes ~= 1 and yes ~= {} and yes ~= true)
local found = {yes = 1, no = 2}
assert(found[yes] == 1 and ({no = 3})[no] == 3 and ({})[yes] == nil)
local count = {}
for _, reply in ipairs{yes, again, no} do count[reply] = (count[reply] or 0) + 1 end
assert(count.yes == 2 and count.no == 1 and next({[no] = true}) == "no")
found[yes] = nil
assert(found.yes == nil)
-- Others are compared as ever.
assert({} ~= "yes" and setmetatable({text = "yes"}, {}) ~= "yes" and ({[{}] = 1}).yes == nil)
Hook.register("model:after_call", function() return {action = "replace", data = ""} end)
local empty = agent:run("?")
assert(empty == "")
if agent == "yes" then error("an agent is no text") end
return JSON.encode(count)
