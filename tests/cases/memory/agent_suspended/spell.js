// An answer that can't be added to the agent's memory is given all the same.
const id = await Session.create({});
const tides = await Agent.create({ name: "tides", model: "test/small", memory: id });
const first = (await tides.run("one")).text;
await Session.suspend(id);
const second = (await tides.run("two")).text;
return [first, second, (await Memory.recent(id)).length];
