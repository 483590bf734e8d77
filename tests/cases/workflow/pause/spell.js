// A function pauses its own workflow: it stops before the next step, and is resumed.
const done = [];
let flow;
const step = (name, more) => ({ name, handler: async (ctx) => { done.push(name); return more ? more(ctx) : name; } });
const fails = async (main) => {
  try {
    return [true, await main()];
  } catch (problem) {
    return [false, problem];
  }
};
flow = Workflow.sequential({ name: 'paused', steps: [
  step('a'), step('b', () => flow.pause() && 'b'), step('c', (ctx) => ctx.vars.word + ctx.b),
] });
const first = await flow.execute({ input: 'x', vars: {}, word: 'w' }, { checkpoint: 'p' });
const status = flow.getStatus(), before = done.length;
const second = await flow.resume();
const hooked = Workflow.sequential({ name: 'hooked', steps: [step('d'), step('e')] });
const hook = Hook.register('workflow:after_step', () => { hooked.pause(); });
const third = await hooked.execute(null, { checkpoint: 'h' });
Hook.unregister(hook);
const fourth = await hooked.resume('h');
const id = zigllms.workflow.create({ steps: [step('f')] });
const [without, why] = await fails(() => {
  let plain;
  plain = Workflow.sequential({ name: 'plain', steps: [{ name: 's', handler: () => { plain.pause(); } }] });
  return plain.execute();
});
const [nothing, none] = await fails(() => Workflow.sequential({ name: 'n', steps: [step('n')] }).resume());
const [missing, absent] = await fails(() => Workflow.sequential({ name: 'n', steps: [step('n')] }).resume('nowhere'));
return [first.status, first.success, status, before, second.status, second.output, second.steps.b.attempts, third.status, fourth.output, done,
  (await zigllms.workflow.execute(id, 1, { checkpoint: 'z' })).output, (await zigllms.workflow.resume(id, 'z')).output, zigllms.workflow.pause(id),
  [without, why.code, why.message.includes('without a checkpoint')], [nothing, none.message.includes('give it the id')], [missing, absent.code]];
