// A second run goes on with the first step that is not over: what is over is not done again.
const done = [];
const step = (name, result) => ({ name, handler: async (ctx) => { done.push(name); return result ? result(ctx) : name; } });
const inner = Workflow.sequential({ name: 'inner', steps: [step('x', (ctx) => ctx.input + 'x'), step('y', (ctx) => {
  if (params.breaks) throw new Error('broken');
  return [ctx.x, ctx.steps.x.status];
})] });
const flow = Workflow.sequential({ name: 'kept', state: { n: 0 }, steps: [
  step('first', (ctx) => { ctx.state.n = ctx.state.n + 1; return ctx.input.word; }),
  { name: 'each', type: 'loop', range: [0, 2], body: [step('turn', (ctx) => ctx.iteration.value)] },
  { name: 'both', type: 'parallel', steps: [step('left'), step('right')] },
  { name: 'nested', workflow: inner, input: '$first.output' },
  step('last', (ctx) => [ctx.first, ctx.each, ctx.both.left, ctx.nested, ctx.vars.word, ctx.state.n]),
] });
let result;
try {
  result = await flow.execute({ word: 'w' }, { checkpoint: 'case' });
} catch (problem) {
  return [problem.code, problem.message, done];
}
const again = await flow.execute({ word: 'w' }, { checkpoint: 'case' });
return [result.status, result.output, done, result.steps.nested.attempts, result.outputs.both, again.output, flow.getExecutionId() === again.executionId, flow.getState('n')];
