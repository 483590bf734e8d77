await llm.agent({}).run("one");
await llm.agent({}).run("two");
