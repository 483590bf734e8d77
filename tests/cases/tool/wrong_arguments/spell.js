// Arguments are checked before anything runs, and the message says what is wrong and where.
let ran = 0;
Tool.register({
  name: 'add',
  parameters: { properties: { a: { type: 'number' }, b: { type: 'number' } }, required: ['a'], additionalProperties: false },
  execute: (input) => { ran++; return input.a; },
});
const attempt = async (run) => {
  try { await run(); } catch (failure) { return failure.code ? [failure.code, failure.message] : {}; }
  return 'it works';
};
const told = (await attempt(() => tools.execute('add', {})))[1];
let problem;
try { tools.validate('add', { a: 'one' }); } catch (failure) { problem = failure.message; }
return {
  both: await attempt(() => Tool.execute('add', { b: 'x' })),
  none: await attempt(() => Tool.execute('add')),
  extra: await attempt(() => tools.add({ a: 1, c: 2 })),
  many: await attempt(() => tools.add(1, 2, 3)),
  list: await attempt(() => Tool.execute('add', [1])),
  fine: await attempt(() => tools.add(1, 2)),
  told, valid: problem === undefined, problem, ran,
  judged: Tool.validate('add', { a: 1 }).valid, errors: Tool.validate('add', {}).errors,
  definition: Tool.validate({ name: 'x y', execute: () => {} }),
  good: Tool.validate({ name: 'xy' }).valid,
};
