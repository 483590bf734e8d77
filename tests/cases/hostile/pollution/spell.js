Object.prototype.model = "openai/o1";
Object.prototype.temperature = 99;
Object.prototype.toString = () => "poison";
const agent = Agent.create({});
if (agent.describe().temperature !== undefined && Object.keys(agent.describe()).includes("temperature")) throw new Error("polluted");
await agent.run("x");
return { own: 1 };
