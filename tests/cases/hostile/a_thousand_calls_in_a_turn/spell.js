// A model that asks for a thousand tool calls at once, and one that goes on calling for ever.
let count = 0;
const check = (good, what) => { if (!good) throw new Error(what); };
Tool.create({ name: 'n', parameters: { type: 'object' }, execute: () => ++count });
const agent = Agent.create({ tools: ['n'] });
const attempt = (prompt, options) => agent.run(prompt, options).then(() => check(false, 'it works'), (failure) => failure);
const many = await attempt('many');
check(count === 0, count);
const turns = await attempt('for ever', { max_turns: 3 });
check(count === 3 && turns.details.turns === 3, turns.message);
const calls = await attempt('for ever', { max_tool_calls: 2 });
check(count === 5, count);
// Two calls with one id, and calls without: each is answered.
check((await agent.run('twins')).text === 'ok' && count === 9, count);
return [many.code, many.message, turns.code, turns.message, calls.code, calls.message];
