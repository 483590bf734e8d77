// Each request and each call of a tool has a line, inside the operation that it is done for.
Tool.create({ name: "now", parameters: { type: "object" }, execute: () => "noon" });
const agent = Agent.create({ name: "clock", model: "openai/gpt-4", temperature: 0.5, tools: ["now"] });
return (await agent.run("what time?")).text;
