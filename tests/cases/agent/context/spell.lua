-- What agents are told beside the prompt.
local function plain(why) return (tostring(why):gsub("^[^:]*%.lua:%d+: ", "")) end
local agent = Agent.create{system = "Be kind.", stateless = true}
local top = Agent.createContext{conversation_id = "c1", scope = "global", data = {topic = "tea", n = 1}}
local child = Agent.create_child_context(top, {type = "session", id = "s1"}, "inherit")
Agent.update_context(child, "mood", "happy")
assert(Agent.get_context_data(child, "topic") == "tea" and Agent.get_context_data(top, "mood") == nil)
local copy = Agent.createChildContext(top, "global", "copy")
Agent.updateContext(top, "topic", "coffee")
assert(Agent.get_context_data(child, "topic") == "coffee" and Agent.get_context_data(copy, "topic") == "tea")
Agent.set_shared_memory({type = "session", id = "s1"}, "seen", {1, 2})
assert(Agent.get_shared_memory({type = "session", id = "s1"}, "seen")[2] == 2)
assert(Agent.getHierarchy(child)[2].id == top)
assert(agent:execute_with_context("what?", child).text == "told")
Agent.remove_context(copy)
local ok, why = pcall(Agent.get_context_data, copy)
local ok, security = pcall(Agent.create_context, {security = {permissions = {"all"}}})
return {plain(why), plain(security)}
