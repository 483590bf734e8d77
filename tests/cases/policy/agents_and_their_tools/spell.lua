-- A model is offered no tool that the spell is not granted, and can't reach one by its name.
local ok, failure = pcall(function() return llm.agent({ model = "openai/gpt-4", tools = { "mail" } }):run("x") end)
local agent = llm.agent({ model = "openai/gpt-4", tools = { "lookup" } })
return { ok, failure.code, failure.message, agent:run("ask") .. "" }
