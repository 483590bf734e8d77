// The same as zigllms spells it: ids, and an error for each that is unknown.
const { tool } = zigllms;
const id = tool.register({
  name: 'data_processor', category: tool.Category.DATA,
  execute: (input) => JSON.parse(input.data),
});
const failing = async (run) => {
  try { await run(); } catch (failure) { return failure.code ?? failure.name; }
  return false;
};
const unknown = [];
for (const name of ['execute', 'unregister', 'get', 'get_schema', 'get_info']) unknown.push(await failing(() => tool[name]('nowhere')));
const slow = tool.register({ name: 'slow', execute: () => util.sleep(1000) });
const later = tool.execute(id, { data: '[3]' }, { mode: tool.ExecutionMode.ASYNC });
const code = await failing(() => tool.execute(slow, {}, { timeout_ms: 10 }));
const odd = await failing(() => tool.execute(slow, {}, { colour: 1 }));
return {
  id, result: await tool.execute(id, { data: '[1, 2]' }), later: await later, discovered: (await tool.discover('data'))[0].name,
  listed: tool.list()[1].name, got: tool.get(id).name, exists: [tool.exists(id), tool.exists('nowhere')], unknown,
  schema: tool.get_schema(id).type, info: tool.get_info(id).category, in_time: !code, code, odd: !odd,
  valid: tool.validate({ name: 'x' }).valid, invalid: tool.validate({ name: '' }).errors.length,
  removed: tool.unregister(id), gone: tool.exists(id), direct: tool.ExecutionMode.DIRECT,
};
