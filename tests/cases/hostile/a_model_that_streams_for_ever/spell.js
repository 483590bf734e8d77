// A model that never stops talking: the one who listens can leave, and the run's time ends it otherwise.
const agent = Agent.create({});
let pieces = 0;
for await (const piece of agent.stream('talk')) if (++pieces === 10) break;
const why = [];
await agent.run('talk', { timeout_ms: 5000 }).catch((failure) => why.push(failure.code));
await agent.stream('talk', () => {}, { timeout_ms: 5000 }).catch((failure) => why.push(failure.code));
if (why[0] !== 'timeout') throw new Error(why[0]);
return [pieces, why.length < 2, why[1], agent.get_state().running, agent.get_history().length];
