// Each sees the history as it was when it began; their turns stand in the order in which they ended.
const agent = Agent.create({ name: "twice" });
await agent.run("first");
const slow = agent.run("slow");
const fast = agent.run("fast");
if ((await slow).text !== "S" || (await fast).text !== "F") throw new Error("mixed up");
return agent.get_history().map((message) => message.content);
