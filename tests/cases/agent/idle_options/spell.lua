-- What older spells say of an agent: with a meaning here it has one, without it is left out, with one remark.
local agent = Agent.create{ name = "a", agent_type = "llm", model_config = { provider = "openai", model = "gpt-4o", temperature = 0.5 }, capabilities = { "chat" } }
Agent.create{ name = "b", model = "openai/gpt-4o", capabilities = {}, tags = { "x" } }
local config = agent:get_config()
local ok, why = pcall(Agent.create, { name = "c", model = "openai/gpt-4o", capabilites = {} })
return { config.type, config.temperature, config.model, ok }
