-- Of the environment a policy leaves what it names; where the rest would go is told once.
return { env.LLM_MODEL, tostring(env.LLM_TOKEN), tostring(os.getenv("HOME")), tostring(env.HOME) }
