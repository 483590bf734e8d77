return (await llm.complete({model: "openai/gpt-4", messages: [{role: "user", content: "2+2?"}]})).toObject();
