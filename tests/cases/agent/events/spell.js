// What is told of agents and their failures.
const told = [];
Event.subscribe("agent.*", ({ type, data }) => told.push(`${type} ${data.agent} ${data.text ?? data.input ?? data.error.code}`));
let errors = 0;
Event.subscribe("*.error", (event) => {
  errors++;
  if (event.data.error.code !== "provider") throw event.data.error;
});
const agent = Agent.create({ name: "bob" });
await agent.run("hi");
await agent.run("fail").catch(() => {});
await util.sleep(1);
return [told.sort(), errors];
