// Calls of a tool wait for their turn, unless it says that they may overlap.
let order = [];
const slow = async (input) => {
  order.push('begin');
  await util.sleep(10);
  order.push('end');
  return input.n;
};
Tool.register({ name: 'in_turn', execute: slow });
Tool.register({ name: 'at_once', execute: slow, parallel: true });
const both = async (name) => {
  order = [];
  const results = await Promise.all([Tool.execute(name, { n: 1 }), Tool.execute(name, { n: 2 })]);
  return [...results, order.join(', ')];
};
const later = Tool.executeAsync('in_turn', { n: 7 });
const more = Tool.executeAsync('at_once', { n: 8 });
const all = await Task.all([Tool.executeAsync('at_once', { n: 3 }), Tool.executeAsync('at_once', { n: 4 })]);
Tool.register({ name: 'table', execute: () => ({ success: true }) });
return {
  all, success: (await Tool.executeAsync('table')).success, in_turn: await both('in_turn'), at_once: await both('at_once'),
  later: await later, more: await more,
};
