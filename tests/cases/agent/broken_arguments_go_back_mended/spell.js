// Arguments that are no JSON go back as what could be read of them, also by the API that gets its own items back: servers
// refuse a conversation with broken ones for good.
const weather = Tool.create({
  name: "weather", description: "Tells the weather",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  execute: (given) => "cold in " + given.city,
});
const reply = await Agent.create({ model: "local/m", tools: [weather] }).run("weather?");
return [reply.text, reply.tool_calls.map((call) => call.ok)];
