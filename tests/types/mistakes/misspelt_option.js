Agent.create({ modl: 'openai/gpt-4o' });
