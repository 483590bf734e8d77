// What a spell says of a tool, in many spellings, as the host wants it.
// After: options.
const { raise, word, typeName, snake, empty, list, add, put } = guest;
const { isArray } = Array;
const { getOwnPropertyNames } = Object;

const { tool: spellings } = guest.aliases, say = guest.messages;

// [{name, type, description, required, default}, ..] as a schema.
const schemaOf = (parameters, what) => {
  const properties = empty(), required = list(), positional = list();
  for (let i = 0; i < parameters.length; i++) {
    const one = { __proto__: null, ...parameters[i] }, name = word(one.name);
    if (name === undefined) raise(what + ': parameter ' + (i + 1) + ' has no name');
    if (one.required) add(required, name);
    delete one.name;
    delete one.required;
    properties[name] = one;
    add(positional, name);
  }
  const schema = { __proto__: null, type: 'object', properties };
  if (required.length) schema.required = required;
  return [schema, positional];
};

// [the definition for the host, the function: undefined if there is none]
const read = (given, what) => {
  if (typeName(given) !== 'object') raise(what + ' takes an object with name, description, parameters and execute, not a ' + typeName(given));
  const definition = empty(), all = { __proto__: null, ...given }, keys = getOwnPropertyNames(all);
  for (let i = 0; i < keys.length; i++) {
    const short = snake(keys[i]), name = spellings[short] ?? short;
    if (all[keys[i]] === undefined) continue;
    if (definition[name] !== undefined) raise(say.given_twice(what, name));
    if (!guest.isIdle('tool_idle', name, what, keys[i])) definition[name] = all[keys[i]];
  }
  const { handler } = definition;
  delete definition.handler;
  if (handler !== undefined && typeof handler !== 'function') raise(say.no_function(what, 'execute', typeName(handler)));
  if (isArray(definition.parameters)) {
    const made = schemaOf(definition.parameters, what);
    definition.parameters = made[0];
    definition.positional ??= made[1];
  }
  return [definition, handler];
};

// (definition), (name, definition), or a name and then a description, a schema and a function in any order.
guest.readTool = (what, given) => {
  const name = word(given[0]);
  if (name === undefined) return read(given[0], what);
  if (given.length === 2 && typeName(given[1]) === 'object' && given[1].type !== 'object')
    return read({ __proto__: null, name, ...given[1] }, what);
  const definition = { __proto__: null, name };
  for (let i = 1; i < given.length; i++) {
    if (given[i] === undefined) continue;
    const said = word(given[i]);
    const key = said !== undefined ? 'description' : typeof given[i] === 'function' ? 'handler' : 'parameters';
    if (definition[key] !== undefined) raise(say.given_twice(what, key));
    put(definition, key, said ?? given[i]);
  }
  return read(definition, what);
};
