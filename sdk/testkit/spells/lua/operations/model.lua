return llm.complete('Hello!').text
