// Template: spells of ours for common work, each a documented program (examples/templates) that the binary carries.
// After: llm, module.
const { load, data } = raw.module;
const { elapsed } = raw.clock;
const { complete } = llm;
const { raise, word, add, define, namespace, typeName, nearest, snake, messages: say } = guest;
const { getOwnPropertyNames } = Object;
const { isArray } = Array;
const { isInteger } = Number;
const { apply } = Reflect;
const { includes, toLowerCase, trim } = String.prototype;
const { includes: has } = Array.prototype;
const OwnNumber = Number;

let catalogue; // the list of what there is
const all = () => (catalogue ??= data('llmspell:templates/list.json'));

const need = (id, what) => {
  const known = { __proto__: null }, list = all(), wanted = word(id) ?? raise(say.takes_text(what, "a template's id", typeName(id)));
  for (let i = 0; i < list.length; i++) {
    if (list[i].id === wanted) return list[i];
    known[list[i].id] = 0;
  }
  return raise(what + ": there is no template '" + wanted + "'" + nearest(wanted, known));
};

// All, or those of a category: [{id, name, description, category}]
const list = (category) => {
  const found = [], some = all();
  for (let i = 0; i < some.length; i++) {
    const { id, name, description, category: own } = some[i];
    if (category === undefined || category === null || own === word(category)) add(found, { id, name, description, category: own });
  }
  return found;
};
// What it takes, as a JSON Schema.
const schema = (id) => need(id, 'Template.schema').parameters;
const info = (id, withSchema) => {
  const { id: own, name, description, category, requires, parameters } = need(id, 'Template.info');
  return { id: own, name, description, category, requires, schema: withSchema === false ? undefined : parameters };
};
// Those whose name, description or category has these words.
const search = (query, category) => {
  const wanted = apply(toLowerCase, word(query) ?? raise(say.takes_text('Template.search', 'a text', typeName(query))), []);
  const found = [], some = list(category);
  for (let i = 0; i < some.length; i++) {
    const { id, name, description, category: own } = some[i];
    if (apply(includes, apply(toLowerCase, id + ' ' + name + ' ' + description + ' ' + own, []), [wanted])) add(found, some[i]);
  }
  return found;
};
const exists = (id) => {
  const some = all();
  for (let i = 0; i < some.length; i++) if (some[i].id === word(id)) return true;
  return false;
};

// A value as the schema wants it: parameters of a command line are texts.
const readValue = (given, property, what) => {
  const { type: of } = property, text = typeof given === 'string' ? given : undefined;
  if (text !== undefined && (of === 'integer' || of === 'number') && apply(trim, text, []) && !(OwnNumber(text) !== OwnNumber(text))) given = OwnNumber(text);
  if (text !== undefined && of === 'boolean' && (text === 'true' || text === 'false')) given = text === 'true';
  if (text !== undefined && of === 'array') given = [text];
  let is = typeof given;
  if (word(given) !== undefined) { is = 'string'; given = word(given); }
  else if (isArray(given)) is = 'array';
  else if (is === 'number' && of === 'integer' && isInteger(given)) is = 'integer';
  if (is !== of) raise(what + ' must be of type ' + of + ', not ' + is);
  if (property.enum && !apply(has, property.enum, [given])) {
    const known = { __proto__: null };
    for (let i = 0; i < property.enum.length; i++) known[property.enum[i]] = 0;
    raise(what + ": there is no '" + given + "'" + nearest(given, known));
  }
  if (given < property.minimum || given > property.maximum) raise(what + ' must be from ' + property.minimum + ' to ' + property.maximum);
  return given;
};

const parametersOf = (one, given, what) => {
  const { properties, required = [] } = one.parameters, found = {};
  if (given !== undefined && given !== null && typeName(given) !== 'object') raise(say.takes_table(what, typeName(given)));
  const options = { __proto__: null, ...given }, keys = getOwnPropertyNames(options), names = getOwnPropertyNames(properties);
  const known = { __proto__: null, ...properties };
  for (let i = 0; i < keys.length; i++) {
    const name = snake(keys[i]);
    if (options[keys[i]] === undefined) continue;
    if (!(name in known)) raise(say.no_option(what, keys[i], nearest(name, known)));
    found[name] = readValue(options[keys[i]], known[name], what + ': ' + name);
  }
  for (let i = 0; i < names.length; i++) if (found[names[i]] === undefined && properties[names[i]].default !== undefined) found[names[i]] = properties[names[i]].default;
  for (let i = 0; i < required.length; i++) if (found[required[i]] === undefined) raise(what + ' needs `' + required[i] + '`: ' + properties[required[i]].description);
  return found;
};

// {result_type, result, artifacts, metadata, metrics: {duration_ms, tokens_used, agents_invoked}}
const execute = async (id, given) => {
  const one = need(id, 'Template.execute'), parameters = parametersOf(one, given, 'Template.execute: ' + one.id);
  const module = { exports: {} }, metrics = { tokens_used: 0, agents_invoked: 0 }, began = elapsed();
  load('llmspell:templates/' + one.id + '.js')(module.exports, undefined, module, one.id, '.');
  // Asks a model, and counts what it used.
  const ask = async (request) => {
    const reply = await complete({ ...request, model: request.model ?? parameters.model });
    metrics.tokens_used += reply.usage?.total_tokens ?? 0;
    metrics.agents_invoked++;
    return reply;
  };
  const { result, artifacts = [], metadata: details } = await module.exports(parameters, ask);
  metrics.duration_ms = (elapsed() - began) / 1e6;
  return {
    result_type: word(result) === undefined ? 'structured' : 'text', result, artifacts,
    metadata: { template: one.id, name: one.name, category: one.category, parameters, details }, metrics,
  };
};

// What an execution asks of models at most: {calls, max_tokens}. What that costs the configuration's prices say, and the run's
// receipt after it.
const estimate_cost = (id, given) => {
  const one = need(id, 'Template.estimate_cost'), parameters = parametersOf(one, given, 'Template.estimate_cost: ' + one.id);
  let { calls } = one;
  for (const name in one.calls_for ?? {}) {
    const value = parameters[name];
    calls += one.calls_for[name] * (isArray(value) ? value.length : typeof value === 'number' ? value : 0);
  }
  return { template: one.id, calls, max_tokens: calls * (parameters.max_tokens ?? 1000) };
};

guest.executeTemplate = execute;
define(globalThis, 'Template', namespace({ __proto__: null, list, info, schema, search, exists, execute, run: execute, exec: execute, estimate_cost }, 'Template'));
