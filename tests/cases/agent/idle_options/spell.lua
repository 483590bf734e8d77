-- What older spells say of an agent: with a meaning here it has one, without it is left out, with one remark.
local agent = Agent.create{ name = "a", agent_type = "llm", model_config = { provider = "openai", model = "gpt-4o", temperature = 0.5 }, capabilities = { "chat" } }
Agent.create{ name = "b", model = "openai/gpt-4o", capabilities = {}, tags = { "x" } }
Agent.create{ name = "d", model = { provider = "openai", name = "gpt-4o", temperature = 0 } }
Tool.create{ name = "t", description = "d", version = "1", execute = function() return 1 end }
Workflow.sequential{ name = "w", version = "1", steps = { { name = "s", metadata = {}, execute = function() end } } }
local config = agent:get_config()
local ok, why = pcall(Agent.create, { name = "c", model = "openai/gpt-4o", capabilites = { "x" } })
return { config.type, config.temperature, config.model, ok }
