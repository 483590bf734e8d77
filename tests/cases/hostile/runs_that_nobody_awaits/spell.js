// Runs that are begun and never looked at: what is left is cancelled, and too many at once are refused.
const agent = Agent.create({ stateless: true });
let stream;
for (let i = 1; i <= 300; i++) {
  stream = agent.stream('slow');
  await util.sleep(1); // it has begun
}
stream = undefined;
await util.sleep(1);
if ((await agent.run('fast')).text !== 'done' || agent.get_state().running !== 0) throw new Error(`${agent.get_state().running} run`);
const kept = [];
for (let i = 1; i <= 128; i++) {
  kept.push(agent.stream('slow'));
  if (i < 128) await util.sleep(1);
}
let why;
try { await agent.stream('slow').next(); } catch (failure) { why = failure; }
return [why === undefined, why?.code];
