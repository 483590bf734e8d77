Agent.create({ model: 'openai/gpt-4o', temperature: 'hot' });
