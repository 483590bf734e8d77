const reply = await llm.complete({ model: 'x', prompt: 'y' }); print(reply.tokens);
