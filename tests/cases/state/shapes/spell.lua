-- One key in "global", or a scope and a key: in every spelling that is in use.
State.set("plain", 1)
State.set("user:42", "name", "Ada")
State.write("session:s", "k", { 1 })
assert(State.get("plain") == 1 and State.get("global", "plain") == 1 and State.read("plain") == 1)
assert(State.get("missing") == nil and State.get("missing", "default") == "default" and State.get("missing", false) == false)
-- Of two texts, the first is a scope if it looks like one.
assert(State.get("user:42", "name") == "Ada" and State.get("user:42", "age") == nil and State.get("user:42", "age", 36) == 36)
assert(State.get("user:", "name") == "name" and State.get("users:42", "name") == "name" and State.get("Global", "plain") == "plain")
State.set("own scope", "k", 3)
assert(State.load("own scope", "k") == 3 and State.get("own scope", "k", 0) == 3)
assert(State.exists("plain") and State.exists("session:s", "k") and not State.exists("k") and State.has("plain"))
assert(State.increment("count") == 1 and State.increment("count", 4) == 5 and State.increment("user:42", "count") == 1)
assert(State.increment("user:42", "count", -3) == -2 and State.decrement("count") == 4 and State.decrement("user:42", "count", 2) == -4)
-- What belongs to one agent, workflow, ...
State.agent_set("writer", "mood", "calm")
State.workflowSet("w1", "step", { output = 1 })
State.tool_set("calc", "calls", 3)
assert(State.agent_get("writer", "mood") == "calm" and State.load("agent:writer", "mood") == "calm")
assert(State.workflow_get("w1", "step").output == 1 and State.workflow_list("w1")[1] == "step" and State.tool_get("calc", "calls") == 3)
assert(State.agentGet("nobody", "mood", "none") == "none" and State.user_get(42, "name") == "Ada")
local scope = State.scope
assert(State.load(scope.Agent("writer"), "mood") == "calm" and State.load(scope.Global, "plain") == 1)
assert(State.delete("plain") and State.remove("user:42", "count") and not State.delete("plain"))
-- Numbers are names like their text.
State.set(7, "seven")
assert(State.get("7") == "seven" and State.load("global", 7) == "seven")
-- The same functions by other names.
storage.set("stored", { 1, 2 })
assert(storage.get("stored")[2] == 2 and storage.get("none", 0) == 0 and storage.exists("stored"))
assert(State.get("stored")[1] == 1 and storage.list("st")[1] == "stored" and storage.delete("stored"))
return { State.keys(), State.list("user:42"), State.listKeys("session:s"), State.all("agent:writer") }
