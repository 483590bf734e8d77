// Two agents whose hooks hand each run to the other; a hook that always wants it again.
const a = Agent.create({ name: 'a' });
Agent.create({ name: 'b' });
Hook.register('agent:a:before_execution', () => ({ type: 'redirect', target: 'b' }));
Hook.register('agent:b:before_execution', () => ({ type: 'redirect', target: 'a' }));
const attempt = (agent) => agent.run('x').then(() => ({}), (failure) => failure);
const circle = await attempt(a);
const c = Agent.create({ name: 'c' });
Hook.register('agent:c:after_execution', () => ({ type: 'retry', delay_ms: 0, max_attempts: 5 }));
const again = await attempt(c);
return [circle.code, circle.message, again.code, again.message];
