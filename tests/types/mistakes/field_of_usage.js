const { total } = (await llm.complete({ model: 'x', prompt: 'y' })).usage; print(total);
