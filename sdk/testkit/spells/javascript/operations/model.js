return String(await llm.complete('Hello!'));
