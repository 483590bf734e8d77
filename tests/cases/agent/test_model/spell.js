                const response = await llm.complete({
                    model: "test-model",
                    messages: [{role: "user", content: "Hello"}]
                });
                return response.content;
