// A model is offered no tool that the spell is not granted, and can't reach one by its name.
let failure;
try { await (await llm.agent({ model: "openai/gpt-4", tools: ["mail"] })).run("x"); } catch (error) { failure = error; }
const agent = await llm.agent({ model: "openai/gpt-4", tools: ["lookup"] });
return [failure === undefined, failure.code, failure.message, `${await agent.run("ask")}`];
