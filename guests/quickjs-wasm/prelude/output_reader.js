// What models say, read as the format that it is meant in; and values written as one. The host's tool does the work.
// Names: output, zigllms.output.
// After: tool, names.
const { tool, raise, word, snake, typeName, put, empty, namespace, nearest, messages: say } = guest;
const { execute } = tool;
const { output_options: known } = guest.sets;
const { getOwnPropertyNames } = Object;
const { apply } = Reflect;
const { toLowerCase } = String.prototype;
const { isArray } = Array;
const low = (text) => apply(toLowerCase, text, []);

const TOOL = 'output-processor';

// What the tool gives, or an error that names the function.
const ask = async (what, request) => {
  const found = await execute(TOOL, request);
  return found.success ? found.result : raise(what + ': ' + found.error.message);
};

// A format alone, or an object of options, into the request.
const include = (request, given, what) => {
  if (given === undefined || given === null) return;
  if (word(given) !== undefined) return put(request, 'format', snake(word(given)));
  if (typeof given !== 'object' || isArray(given)) raise(say.no_options(what, typeName(given)));
  for (let i = 0, keys = getOwnPropertyNames(given); i < keys.length; i++) {
    const name = snake(keys[i]);
    let value = given[keys[i]];
    if (!(name in known)) raise(say.no_option(what, keys[i], nearest(name, known)));
    if (value === undefined) continue;
    if (name === 'schema' && typeof value?.schema === 'object') value = value.schema;
    put(request, name, word(value) ?? value);
  }
};
const requestOf = (operation, input, what, ...more) => {
  const request = empty();
  put(request, 'operation', operation);
  const data = word(input) ?? input;
  if (data !== undefined) put(request, 'input', data);
  for (let i = 0; i < more.length; i++) include(request, more[i], what);
  return request;
};
const valueOf = async (operation, what, data, ...more) => (await ask(what, requestOf(operation, data, what, ...more))).value;
const markdown = (data, what) => valueOf('parse', what, data, 'markdown');

const parse = (data, format, options) => valueOf('parse', 'output.parse', data, format, options);
const recover = (data, format, options) => valueOf('recover', 'output.recover', data, format, options);
const detect = async (data) => (await ask('output.detect', requestOf('detect', data, 'output.detect'))).format;
const format = async (value, target, options) => (await ask('output.format', requestOf('format', value, 'output.format', target, options))).text;
// {valid, errors}
const validate = async (data, given) => {
  const { valid, errors } = await ask('output.validate', requestOf('validate', data, 'output.validate', given));
  return { valid, errors };
};

const functions = {
  __proto__: null, parse, recover, repair: recover, detect, detect_format: detect, format, validate, validate_format: validate,
  // {value, format, repairs}
  read: (data, given, options) => ask('output.read', requestOf('parse', data, 'output.read', given, options)),
  get_schema: async (given) => (await ask('output.get_schema', requestOf('schema', undefined, 'output.get_schema', given))).schema,
  extract_json: (data, options) => valueOf('recover', 'output.extract_json', data, 'json', options),
  extract_markdown: (data) => markdown(data, 'output.extract_markdown'),
  extract_code_blocks: async (data, language) => {
    const { code } = await markdown(data, 'output.extract_code_blocks'), found = [];
    for (let i = 0; i < code.length; i++)
      if (language === undefined || language === null || low(code[i].language) === low(word(language))) put(found, found.length, code[i]);
    return found;
  },
  extract_tables: async (data) => (await markdown(data, 'output.extract_tables')).tables,
  extract_lists: async (data) => (await markdown(data, 'output.extract_lists')).lists,
  // From one format to another.
  convert: async (data, from, to) => (await ask('output.convert', requestOf('format', data, 'output.convert', { from: snake(word(from)) }, to))).text,
  parse_json_with_fallback: async (data, fallback) => {
    try {
      return await parse(data, 'json');
    } catch {
      return fallback;
    }
  },
};
for (const one of ['json', 'yaml', 'xml', 'csv', 'markdown'])
  functions['parse_' + one] = (data, options) => valueOf('parse', 'output.parse_' + one, data, one, options);
const own = namespace(functions, 'output');
for (const name in guest.zigllms.output) put(own, name, { ...guest.zigllms.output[name] });
return own;
