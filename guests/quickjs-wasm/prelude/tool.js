// Tool and tools: functions with a name and a schema, of the spell's own and of the host.
// After: abort, handler, names, operation, tool_definition.
const { define: defineTool, check, remove, list, describe, validate: validateRaw, invoke, discover } = raw.tool;
const { until, isSignal, takeSignal } = guest;
const { readTool, handler, forget, drive, raise, word, text, typeName, put, empty, define, method, strict, add } = guest;
const { apply } = Reflect;
const { isArray } = Array;
const { getOwnPropertyNames, setPrototypeOf } = Object;
const { replaceAll } = String.prototype;
const { sort, includes, slice } = Array.prototype;

const schemasOnly = { __proto__: null }; // names that the spell registered without a function
const same = (name) => apply(replaceAll, name, ['-', '_']);

// A tool by its name. Called as a function it is executed.
const names = new WeakMap();
const abouts = new WeakMap(); // what the host said of it when it was looked up
const mapGet = WeakMap.prototype.get, mapSet = WeakMap.prototype.set;
const get = (map, key) => apply(mapGet, map, [key]);
const set = (map, key, value) => apply(mapSet, map, [key, value]);

const nameOf = (tool, what) => {
  const name = get(names, tool) ?? word(tool);
  if (name === undefined) raise(what + ' takes the name of a tool, not a ' + typeName(tool));
  return name;
};

const need = (name) => {
  try {
    return describe(name);
  } catch (problem) {
    if (problem.code === 'not-found' && schemasOnly[same(name)])
      put(problem, 'message', "the tool '" + name + "' was registered without a function to execute, and the host has none of this name: " + problem.message);
    throw problem;
  }
};

// Undefined if there is none; a tool that is not granted is an error.
const find = (name) => {
  try {
    return need(name);
  } catch (problem) {
    if (problem.code !== 'not-found') throw problem;
    return undefined;
  }
};

// Whether a value is the arguments as a whole, by name.
const isNamed = (value) =>
  value === undefined || value === null || (typeof value === 'object' && !isArray(value) && text(value) === undefined && !get(names, value));

const argumentsOf = (name, about, given) => {
  if (given.length === 0 || (given.length === 1 && isNamed(given[0]))) return given[0];
  const order = (about ?? need(name)).positional, all = empty();
  if (given.length > order.length) raise("the tool '" + name + "' takes at most " + order.length + ' arguments, not ' + given.length);
  for (let i = 0; i < given.length; i++) if (given[i] !== undefined) put(all, order[i], given[i]);
  return all;
};

const validate = (name, given) => validateRaw(name, given ?? null);
const executeKnown = (name, about, given) => {
  if (schemasOnly[same(name)]) need(name);
  const last = given.length > 1 && given[given.length - 1];
  const signal = isSignal(last?.signal) && getOwnPropertyNames(last).length === 1 ? takeSignal({ __proto__: null, ...last }, 'Tool.execute') : undefined;
  const all = argumentsOf(name, about, signal ? apply(slice, given, [0, -1]) : given) ?? null;
  return until(signal, () => invoke(name, all));
};
const execute = (name, ...given) => executeKnown(name, undefined, given);

// The schema as a whole, with the parameters as a list beside it.
const schemaOf = (name) => {
  const found = need(name), schema = { name: found.name, description: found.description }, parameters = [];
  const keys = getOwnPropertyNames(found.parameters), required = found.parameters.required ?? [];
  for (let i = 0; i < keys.length; i++) put(schema, keys[i], found.parameters[keys[i]]);
  for (let i = 0; i < found.positional.length; i++) {
    const one = found.positional[i], property = found.parameters.properties?.[one], about = typeName(property) === 'object' ? property : {};
    const parameter = { name: one, required: apply(includes, required, [one]) };
    for (const key of ['type', 'description', 'default']) if (about[key] !== undefined) put(parameter, key, about[key]);
    add(parameters, parameter);
  }
  put(schema, 'parameters', parameters);
  return schema;
};

// {valid, errors}
const judge = (look) => {
  try {
    look();
  } catch (problem) {
    if (problem.code !== 'invalid' && problem.code !== 'too-large') throw problem;
    return { valid: false, errors: [problem.message] };
  }
  return { valid: true, errors: [] };
};

const methods = setPrototypeOf({}, Function.prototype);
const ownName = (tool) => get(names, tool) ?? raise('not a tool');
for (const name of ['execute', 'invoke', 'run', 'execute_async']) method(methods, name, function (...given) { return execute(ownName(this), ...given); });
method(methods, 'get_schema', function () { return schemaOf(ownName(this)); });
method(methods, 'get_info', function () { return need(ownName(this)); });
method(methods, 'validate', function (given) { const name = ownName(this); return judge(() => validate(name, given)); });
for (const name of ['unregister', 'remove']) method(methods, name, function () { return unregister(this, 'tool.unregister'); });
define(methods, 'toString', function () { return 'tool: ' + ownName(this); });
const getter = (name, read) => Object.defineProperty(methods, name, { __proto__: null, get() { return read(ownName(this), this); }, configurable: true });
getter('schema', (name) => schemaOf(name));
for (const key of ['description', 'parameters', 'category', 'tags', 'positional', 'source', 'version'])
  getter(key, (name, tool) => {
    const about = get(abouts, tool) ?? need(name);
    set(abouts, tool, about);
    return about[key];
  });

const toolOf = (name, about) => {
  const tool = (...given) => executeKnown(name, get(abouts, tool), given);
  set(names, tool, name);
  if (about) set(abouts, tool, about);
  define(tool, 'name', name);
  delete tool.length;
  return setPrototypeOf(tool, methods);
};

const register = (what, given) => {
  const read = readTool(what, given), definition = read[0], main = read[1];
  if (!main) {
    check(definition);
    schemasOnly[same(definition.name)] = true;
    return toolOf(definition.name);
  }
  const number = handler(main, definition.parallel === true);
  let done = false;
  try {
    defineTool(definition, number);
    done = true;
  } finally {
    if (!done) forget(number);
  }
  delete schemasOnly[same(definition.name)];
  return toolOf(word(definition.name));
};

const unregister = (tool, what) => {
  const name = nameOf(tool, what), number = remove(name), had = schemasOnly[same(name)];
  delete schemasOnly[same(name)];
  if (number !== undefined) forget(number);
  return number !== undefined || had === true;
};

const { tool_filter: filters } = guest.aliases;
const members = {
  __proto__: null,
  register: (...given) => register('Tool.register', given),
  execute: (tool, ...given) => execute(nameOf(tool, 'Tool.execute'), ...given),
  list: () => list(),
  // Undefined if there is none; a tool that is not granted is an error.
  get: (tool) => {
    const found = find(nameOf(tool, 'Tool.get'));
    return found && toolOf(found.name, found);
  },
  // The host says no to one that is not granted: it can't be used.
  exists: (tool) => {
    try { return find(nameOf(tool, 'Tool.exists')) !== undefined; } catch (problem) { if (problem.code === 'denied') return false; throw problem; }
  },
  info: (tool) => need(nameOf(tool, 'Tool.get_info')),
  get_schema: (tool) => schemaOf(nameOf(tool, 'Tool.get_schema')),
  unregister: (tool) => unregister(tool, 'Tool.unregister'),
  // A definition, or a tool and arguments for it.
  validate: (first, given) => {
    if (get(names, first) || word(first) !== undefined) {
      const name = nameOf(first, 'Tool.validate');
      return judge(() => validate(name, given));
    }
    const definition = readTool('Tool.validate', [first])[0];
    return judge(() => check(definition));
  },
  discover: (filter) => {
    const all = empty(), category = word(filter), given = { __proto__: null, ...(category === undefined ? filter : { category }) };
    for (let i = 0, keys = getOwnPropertyNames(given); i < keys.length; i++)
      if (given[keys[i]] !== undefined) all[filters[keys[i]] ?? keys[i]] = given[keys[i]];
    return drive(discover(all));
  },
  categories: () => {
    const found = [], all = list();
    for (let i = 0; i < all.length; i++)
      if (typeof all[i].category === 'string' && !apply(includes, found, [all[i].category])) add(found, all[i].category);
    return apply(sort, found, []);
  },
};
members.execute_async = members.execute;
for (const name in guest.aliases.tool_functions) members[name] = members[guest.aliases.tool_functions[name]];

// A tool by its name, where nothing else is called so.
const open = () => {
  const all = {};
  for (let i = 0, keys = getOwnPropertyNames(members); i < keys.length; i++) method(all, keys[i], members[keys[i]]);
  return setPrototypeOf(all, strict(all, 'Tool', (key) => {
    const about = need(key);
    return toolOf(about.name, about);
  }));
};
define(globalThis, 'Tool', open());
define(globalThis, 'tools', open());
// Another dialect's: true, or an error.
method(tools, 'validate', (tool, given) => (get(names, tool) || word(tool) !== undefined ? validate(nameOf(tool, 'tools.validate'), given) : members.validate(tool)));

guest.toolNameOf = (tool) => get(names, tool) ?? word(tool);
guest.tool = { execute, register, schema: schemaOf, need };
