// Only calls of models that may cost more than the amount are asked about.
async function ask(model, options) {
  try { return `${await (await llm.agent({ model, max_tokens: options.max_tokens })).run(options.prompt)}`.length > 0; } catch (failure) { return failure.code; }
}
return [await ask("openai/gpt-4o-mini", { prompt: "cheap", max_tokens: 10 }), await ask("openai/gpt-4o", { prompt: "dear", max_tokens: 100000 }),
  await ask("openai/gpt-4o", { prompt: "dear as well", max_tokens: 100000 })];
