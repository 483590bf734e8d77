// A tool is defined in many spellings, and called in as many.
const add = Tool.create({
  name: 'add',
  description: 'Adds two numbers',
  category: 'sums',
  tags: ['numbers'],
  parameters: {
    type: 'object',
    properties: { a: { type: 'number' }, b: { type: 'number', default: 1 } },
    required: ['a'],
  },
  execute: (input) => input.a + (input.b ?? 1),
});
tools.register('shout', 'Makes a text louder', {
  type: 'object', properties: { text: { type: 'string' } }, required: ['text'],
}, async (input) => ({ text: input.text.toUpperCase(), success: true }));
Tool.register('bye', { description: 'Says goodbye', handler: () => 'bye' });
Tool.define({ name: 'old-list', parameters: [
  { name: 'second', type: 'string', description: 'the second' }, { name: 'first', type: 'string', required: true },
], fn: (input) => (input.second ?? '-') + input.first });

const all = [
  await Tool.execute('add', { a: 1, b: 2 }), await Tool.invoke('add', { a: 1 }), await add({ a: 5, b: 5 }),
  await add.execute({ a: 2, b: 2 }), await add.run({ a: 3, b: 3 }), await add.invoke(4, 4), await tools.add(1, 1),
  await Tool.add(2), (await tools.shout('hi')).text, (await tools.shout({ text: 'you' })).text,
  (await Tool.get('shout').execute({ text: 'a' })).text, await Tool.bye(), await Tool.execute('bye', {}),
  await tools.execute('bye'), await Tool.getByName('bye').invoke(), await tools['old_list']('s', 'f'),
  await Tool.old_list({ first: 'f' }),
];
const schema = Tool.get_schema('old-list');
const description = add.getSchema().parameters[0];
const names = Tool.list().filter((tool) => tool.source === 'spell').map((tool) => tool.name);
const found = [];
for (const filter of [{ category: 'sums' }, { text: 'LOUDER' }, { tag: 'none' }])
  found.push(...(await Tool.discover(filter)).map((tool) => tool.name));
const removed = [Tool.remove('bye'), Tool.unregister('bye'), Tool.exists('bye'), tools.remove('shout'), Tool.exists('add')];
return {
  all, names, found, removed, unknown: Tool.get('bye') === undefined,
  about: [add.name, add.description, add.category, add.tags[0], add.parameters.required[0], String(add)],
  parameter: [description.name, description.type, description.required], second: schema.parameters[0].name,
  order: Tool.get_info('old-list').positional, categories: Tool.categories().filter((category) => category === 'sums'), source: Tool.info('add').source,
};
