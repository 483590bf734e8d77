Agnt.create({ model: 'openai/gpt-4o' });
