return (await llm.complete('Hello!')).text;
