// Names that dialects have for what has another one here.
const person = await schema.createFromString('{"name": "string", "age": "integer?"}');
const wider = await schema.extend(person, { properties: { age: { minimum: 3 } } });
const limits = { type: 'object', properties: { n: { type: 'integer', default: 3 } }, additionalProperties: false };
return {
  person: person.required, minimum: wider.properties.age.minimum,
  details: (await schema.validateWithDetails({ age: 'x' }, person)).errors.length,
  generated: (await schema.generateFromData({ a: 1 })).properties.a.type,
  defaults: await schema.defaults({}, limits), strip: await schema.strip({ n: 1, more: 2 }, limits),
  json: await schema.extractJson('Here: {"name": "Ada", "secret": 1}', person),
};
