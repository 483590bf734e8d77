-- zigllms.memory: the same store, in a scope of its own.
local memory = zigllms.memory
for i = 1, 10 do memory.store("key_" .. i, "value_" .. i) end
memory.store("user_ada_age", 36, { ttl = 5 })
assert(memory.retrieve("key_3") == "value_3" and memory.retrieve("none") == nil and State.load("memory", "key_1") == "value_1")
assert(State.get("key_1") == nil)
local seen = { memory.list_keys("key_1*"), memory.list_keys("*_a*_age"), memory.listKeys("key_2"), memory.list_keys("k*y*3"), memory.list_keys("x*"), #memory.list_keys() }
util.sleep(5000)
assert(memory.retrieve("user_ada_age") == nil and memory.delete("key_1") and not memory.delete("key_1"))
assert(memory.get_stats().keys == 9 and memory.Scope.GLOBAL == "global" and memory.Type.SHORT_TERM == "short_term")
assert(memory.clear() == 9 and memory.get_stats().keys == 0)
local ok, why = pcall(memory.persist, "file")
assert(not ok and tostring(why):find("State.backup makes a copy", 1, true))
return seen
