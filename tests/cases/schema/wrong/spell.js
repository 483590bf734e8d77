// What is no schema, and what does not fit one, says where and why.
const attempt = async (main, ...given) => {
  try {
    await main(...given);
    return 'fits';
  } catch (problem) {
    return problem.message;
  }
};
const number = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] };
return [
  await attempt(schema.validate, {}, 5),
  await attempt(schema.create, { name: 'strin' }),
  await attempt(schema.create, 'no JSON'),
  await attempt(schema.create, { type: 'object', properties: { n: { $ref: 'https://example.org/x' } } }),
  await attempt(schema.coerce, { n: 'many' }, number),
  await attempt(schema.extract, 'no data', number),
  await attempt(schema.merge, { type: 'string' }, { type: 'integer' }),
  await attempt(schema.merge, { enum: [1] }, { enum: [2] }),
  await attempt(() => schema.check),
];
