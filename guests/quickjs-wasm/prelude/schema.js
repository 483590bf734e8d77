// JSON Schemas: data that is checked by one, made to fit, and taken apart by it. The host's tool does the work.
// Names: schema, zigllms.schema.
// After: tool, names.
const { tool, raise, word, typeName, put, empty, namespace, method, messages: say } = guest;
const { execute } = tool;
const { getOwnPropertyNames } = Object;
const { apply } = Reflect;

const TOOL = 'schema-processor';

// What compile gives.
const schemas = new WeakMap(), { get, set } = WeakMap.prototype;

const documentOf = (given, what) => {
  if (word(given) !== undefined) return word(given);
  if (typeof given !== 'object' || given === null) raise(say.no_compiled(what, typeName(given)));
  return apply(get, schemas, [given]) ?? given;
};

const ask = async (what, request) => {
  const found = await execute(TOOL, request);
  return found.success ? found.result : raise(what + ': ' + found.error.message);
};
const requestOf = (fields) => {
  const request = empty();
  for (let i = 0, keys = getOwnPropertyNames(fields); i < keys.length; i++) if (fields[keys[i]] !== undefined) put(request, keys[i], fields[keys[i]]);
  return request;
};
const withData = async (operation, what, data, given, options) =>
  ask(what, requestOf({ __proto__: null, operation, input: word(data) ?? data ?? null, schema: documentOf(given, what), ...options }));

// {valid, errors}
const validate = async (data, given) => {
  const { valid, errors } = await withData('validate', 'schema.validate', data, given);
  return { valid, errors };
};
const coerce = async (data, given, options) => (await withData('coerce', 'schema.coerce', data, given, options)).value;
// The parts that the schema has, also of a text with JSON in it.
const extract = async (data, given, options) => (await withData('extract', 'schema.extract', data, given, options)).value;
// Of an example, or of a list of them with {many: true}.
const generate = async (example, options) =>
  (await ask('schema.generate', requestOf({ __proto__: null, operation: 'generate', input: word(example) ?? example ?? null, many: options?.many === true }))).schema;
// What fits all of them.
const merge = async (first, ...others) => {
  let merged = documentOf(first, 'schema.merge');
  for (let i = 0; i < others.length; i++)
    merged = (await ask('schema.merge', requestOf({ __proto__: null, operation: 'merge', input: merged, schema: documentOf(others[i], 'schema.merge') }))).schema;
  return merged;
};
// Of the short form, a text, or a schema: written out, and checked.
const create = async (given) => (await ask('schema.create', requestOf({ __proto__: null, operation: 'compile', schema: documentOf(given, 'schema.create') }))).schema;
const compile = async (given) => {
  const made = {}, document = await create(given);
  apply(set, schemas, [made, document]);
  put(made, 'schema', document);
  method(made, 'validate', (data) => validate(data, made));
  method(made, 'coerce', (data, options) => coerce(data, made, options));
  method(made, 'extract', (data, options) => extract(data, made, options));
  return made;
};

const own = namespace({
  __proto__: null, validate, coerce, extract, generate, merge, create, compile,
  get_info: (given) => ask('schema.get_info', requestOf({ __proto__: null, operation: 'info', schema: documentOf(given, 'schema.get_info') })),
  // Without what is required: whether what is there fits.
  validate_partial: async (data, given) => {
    const { required, ...partial } = await create(given);
    return validate(data, partial);
  },
  create_from_string: create, validate_with_details: validate, generate_from_data: generate,
  extend: merge, defaults: coerce, strip: extract, extract_json: extract,
}, 'schema');
for (const name in guest.zigllms.schema) put(own, name, { ...guest.zigllms.schema[name] });
return own;
