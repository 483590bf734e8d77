// An operator may keep spells from the store.
let problem;
try { await State.load("global", "k"); } catch (caught) { problem = caught; }
if (problem?.code !== "denied") throw new Error("not denied");
await State.save("global", "k", 1);
