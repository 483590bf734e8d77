// What is not the same execution is refused, and so is what is no id; a step that may have run says so.
const flow = (word, name = 'flow') =>
  Workflow.sequential({ name, steps: [{ name: 'a', handler: () => word }, { name: 'b', tool: 'calculator', input: { input: word } }] });
const why = async (main) => {
  try {
    return (await main()) ?? true;
  } catch (problem) {
    return [problem.code, problem.message];
  }
};
let stopped;
stopped = Workflow.sequential({ name: 'stopped', steps: [{ name: 's', handler: async () => { stopped.cancel(); await util.sleep(1000); } }] });
const half = Workflow.sequential({ name: 'half', steps: [{ name: 'one', handler: () => 1 }, { name: 'two', handler: () => { if (params.first) exit(0); return 2; } }] });
if (params.first) {
  await flow('1').execute('x', { checkpoint: 'kept' });
  await why(() => stopped.execute(null, { checkpoint: 'stopped' }));
  await half.execute(null, { checkpoint: 'half' });
}
const rest = await half.execute(null, { checkpointId: 'half' });
return [
  await why(() => flow('2').execute('x', { checkpoint: 'kept' })), await why(() => flow('1', 'other').execute('x', { checkpoint: 'kept' })),
  await why(() => flow('1').execute('y', { checkpoint: 'kept' })), (await flow('1').execute('x', { checkpoint: 'kept' })).output.result,
  await why(() => stopped.execute(null, { checkpoint: 'stopped' })), rest.output, rest.steps.one.attempts, rest.steps.two.attempts,
  await why(() => flow('1').execute('x', { checkpoint: '' })), await why(() => flow('1').execute('x', { checkpoint: 'a b' })),
  (await why(() => flow('1').execute('x', { checkpoint: 'x'.repeat(129) })))[0], (await why(() => flow('1').execute('x', { checkpoint: true }))) !== true,
  await why(() => State.load('checkpoint:kept', 'x')), (await State.listKeys('checkpoint:kept')).length,
];
