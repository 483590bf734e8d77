-- Only calls of models that may cost more than the amount are asked about.
local function ask(model, options)
  local ok, reply = pcall(function() return llm.agent({ model = model, max_tokens = options.max_tokens }):run(options.prompt) end)
  return ok and #tostring(reply) > 0 or reply.code
end
return { ask("openai/gpt-4o-mini", { prompt = "cheap", max_tokens = 10 }), ask("openai/gpt-4o", { prompt = "dear", max_tokens = 100000 }),
  ask("openai/gpt-4o", { prompt = "dear as well", max_tokens = 100000 }) }
