// Of the environment a policy leaves what it names; where the rest would go is told once.
return [env.LLM_MODEL, String(env.LLM_TOKEN ?? "nil"), env.HOME ?? "nil", env.HOME ?? "nil"];
