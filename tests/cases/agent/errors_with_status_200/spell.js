// Errors that came with status 200 fail with the server's own words, wherever they stand.
const told = [];
const attempt = async (call) => {
  try {
    await call();
  } catch (why) {
    told.push(why.code + ": " + why.message);
    return;
  }
  throw new Error("it did not fail");
};
for (let round = 0; round < 4; round++) await attempt(() => Agent.create({ model: "local/m" }).run("go"));
// The last one: a whole reply where a stream was asked for.
for (let round = 0; round < 5; round++) {
  await attempt(async () => {
    for await (const piece of Agent.create({ model: "local/m" }).stream("go"));
  });
}
await attempt(() => llm.embed({ input: "go", model: "local/m" }));
return told;
