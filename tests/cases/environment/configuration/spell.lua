-- config-example.lua
-- Configuration is passed through environment or params
local config = {
    model = env.LLM_MODEL or "gpt-3.5-turbo",
    temperature = tonumber(env.LLM_TEMPERATURE) or 0.7,
    max_tokens = tonumber(env.LLM_MAX_TOKENS) or 1000
}

local agent = llm.agent({
    model = config.model,
    temperature = config.temperature,
    max_tokens = config.max_tokens,
    system = "You are configured with: " .. json.encode(config)
})

local response = agent:run(params.query or "Hello!")
return {
    config = config,
    response = response.content
}
