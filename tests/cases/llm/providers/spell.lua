-- What a spell may know of providers: those of which it may use a model, and nothing of keys.
local names = {}
for i, one in ipairs(Provider.list()) do names[i] = one.name .. (one.enabled and " on" or " off") end
assert(table.concat(llm.list_providers(), ",") == "local" and llm.get_provider() == nil)
local one = Provider.get("local")
assert(one.capabilities.supports_streaming and one.default_model == "tiny" and Provider.get("openai") == nil)
assert(Provider.isAvailable("local") and not Provider.is_available("openai"))
assert(Provider.getCapabilities("local").available_models[1] == "tiny" and llm.list_models()[1] == "local/tiny")
for key, value in pairs(one) do assert(not tostring(value):find("sk-", 1, true), key) end
llm.set_provider("local")
assert(llm.getProvider() == "local")
local ok, why = pcall(llm.set_provider, "lokal")
return {names, (why:gsub("^[^:]*%.lua:%d+: ", ""))}
