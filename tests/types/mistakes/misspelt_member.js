Agent.creat({ model: 'openai/gpt-4o' });
