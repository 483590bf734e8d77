                local response = llm.complete({
                    model = "test-model",
                    messages = {{role = "user", content = "Hello"}}
                })
                return response.content
