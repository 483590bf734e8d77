// A server that does not keep to tool_choice fails the run: a setting is never ignored.
const weather = Tool.create({
  name: "weather", description: "Tells the weather",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  execute: (given) => "cold in " + given.city,
});
const other = Tool.create({ name: "other", description: "Does nothing", execute: () => "" });
const ask = async (choice, stream) => {
  const agent = Agent.create({ model: "local/m", tools: [weather, other], tool_choice: choice });
  try {
    if (!stream) return (await agent.run("weather?")).text;
    for await (const piece of agent.stream("weather?"));
  } catch (why) {
    return [why.code, why.message];
  }
};
return [
  await ask({ tool: "weather" }), await ask("required"), await ask({ tool: "weather" }), await ask("required", true),
  await ask({ tool: "weather" }),
];
