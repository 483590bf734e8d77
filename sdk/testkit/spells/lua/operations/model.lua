return llm.complete('Hello!')
