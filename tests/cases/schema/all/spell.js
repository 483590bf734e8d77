// Schemas: of examples, in short, merged; data checked by them, made to fit, and taken apart.
const person = await schema.create({ name: 'string', age: 'integer?', tags: ['string'], role: 'admin|user?' });
const examples = [{ id: 1, mail: 'ada@example.org', at: '2026-01-31' }, { id: 2.5, mail: 'b@example.org' }];
const compiled = await schema.compile('{"type": "object", "properties": {"n": {"type": "integer", "default": 3}}, "additionalProperties": false}');
const coerced = await schema.coerce({ name: 5, age: '36', tags: 'x, y', role: 'ADMIN' }, person);
return {
  person,
  generated: await schema.generate(examples, { many: true }),
  text: await schema.coerce('1e2', { type: 'string' }), deep: await schema.create({ a: 'string' + '[]'.repeat(20000) }).then(() => true, () => false),
  when: await schema.generate('2026-01-31T10:00:00Z'),
  good: await schema.validate({ name: 'Ada', tags: [] }, person), bad: await schema.validate({ age: 'x' }, person),
  partial: (await schema.validatePartial({ age: 3 }, person)).valid,
  coerced, changes: true,
  compiled: [compiled.schema.type, (await compiled.validate({ n: 1 })).valid, await compiled.coerce({ n: '7', more: 1 }), await compiled.coerce({})],
  extracted: await schema.extract('Here: {"name": "Ada", "tags": [], "secret": 1}', person),
  merged: await schema.merge({ type: 'object', properties: { a: { type: 'number', minimum: 1 } }, required: ['a'] }, { properties: { a: { type: 'integer', minimum: 3 }, b: { enum: ['x', 'y'] } }, required: ['b'] }, { properties: { b: { enum: ['y', 'z'] } } }),
  info: (await schema.getInfo({ type: 'object', properties: { a: { type: 'array', items: { type: 'string' } }, b: {} }, required: ['a'] })).depth,
  constants: [schema.Type.OBJECT, schema.Format.UUID], same: zigllms.schema === schema,
};
