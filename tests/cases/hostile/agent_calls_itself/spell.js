// A tool that asks its own agent, whose model calls the tool again, without end.
let agent, why;
Tool.create({ name: 'again', parallel: true, parameters: { type: 'object' }, execute: async () => (await agent.run('again')).text });
agent = Agent.create({ name: 'loop', tools: ['again'] });
const ok = await agent.run('again').then(() => true, (failure) => { why = failure; return false; });
const state = agent.get_state();
return [ok, why.code, state.running, state.failed];
