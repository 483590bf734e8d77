// A model calls standard tools, and hears their results, also what is wrong. Only those that the agent names are offered.
const heard = [];
Hook.register('tool:after_execution', (context) => { heard.push(context.data.result ?? context.data.error); });
const agent = Agent.create({ model: 'local/m', tools: ['calculator', 'text_manipulator'] });
const text = (await agent.run('What is 6 * 7?')).text;
const offered = Agent.create({ model: 'local/m' }).getTools();
return [text, heard.length, heard[0].result, heard[1].result, heard[2].message, offered.length];
