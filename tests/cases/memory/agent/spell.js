// An agent with a memory knows in a later run what was said in an earlier one.
const tides = await Agent.create({ name: "tides", model: "test/small", memory: true });
const other = await Agent.create({ name: "other", model: "test/small", memory: true });
const answer = await tides.run("round " + params.round);
if (other.getHistory().length !== 0) throw new Error("another agent has it");
const kept = await Memory.recent();
return [answer.text, tides.getHistory().length, kept.length, kept[0].agent, kept[kept.length - 1].content];
