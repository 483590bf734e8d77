// Ten agents whose models take a second each: about a second in all, by the clock that stands still otherwise.
const began = Date.now(), agents = [];
for (let i = 1; i <= 10; i++) agents.push(Agent.create({ name: `agent ${i}` }));
const replies = await Promise.all(agents.map((agent, i) => agent.run(`question ${i + 1}`)));
const took = Date.now() - began;
if (took < 1000 || took >= 2000) throw new Error("time stands still but for the models, and this took " + took);
return replies.map((reply) => reply.text);
