// What max_tokens cut is told as that, and the model is not asked again: it would be cut again.
const weather = Tool.create({
  name: "weather", description: "Tells the weather",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  execute: (given) => "cold in " + given.city,
});
const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const failed = async (definition, stream) => {
  const agent = Agent.create({ ...definition, max_tokens: 5 });
  try {
    if (stream) for await (const piece of agent.stream("go"));
    else await agent.run("go");
  } catch (why) {
    return [why.code, why.message];
  }
  throw new Error("it did not fail");
};
const cut = [
  await failed({ model: "local/m", schema }),
  await failed({ model: "local/m", tools: [weather] }),
  await failed({ model: "local/m", schema }, true),
  // A server that calls a reply completed which has all tokens that it may have.
  await failed({ model: "responses/m", tools: [weather] }),
];
// A text is of use as far as it goes.
const reply = await Agent.create({ model: "local/m", max_tokens: 5 }).run("go");
return [cut, reply.text, reply.finish_reason];
