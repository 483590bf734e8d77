// A tool that never answers: the model is told so after a minute, and the run goes on. One that never lets go of the
// thread burns the spell's own fuel.
Tool.create({ name: 'sleepy', parameters: { type: 'object' }, execute: () => util.sleep(1e9) });
const agent = Agent.create({ tools: ['sleepy'] });
return (await agent.run('go')).text;
