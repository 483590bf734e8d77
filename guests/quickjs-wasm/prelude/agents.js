// agents: the same agents, by name.
// After: agent_names.
const { raise, word, typeName, put, agentNames: names, agentMethods: methods, functionAgent, createAgent, needAgent, namespace, define, messages: say } = guest;
const { apply } = Reflect;

const named = (name, definition, what) => {
  const said = word(name) ?? raise(say.takes_text(what, 'a name', typeName(name)));
  const all = { __proto__: null, ...definition };
  put(all, 'name', said);
  return all;
};

const create = (name, definition) => {
  if (definition !== undefined && typeName(definition) !== 'object') raise('agents.create takes a name and a definition');
  return createAgent(named(name, definition, 'agents.create'), 'agents.create');
};

// A function of (input, options); or a definition, whose `execute`, if it has one, is called as its method.
const register = (name, definition) => {
  const said = word(name) ?? raise(say.takes_text('agents.register', 'a name', typeName(name)));
  if (typeof definition === 'function') return functionAgent(said, (input, options) => definition(input, options), undefined, 'custom');
  if (typeName(definition) !== 'object') raise('agents.register takes a name, and a function or a definition');
  const main = definition.execute;
  if (main === undefined) return create(said, definition);
  if (typeof main !== 'function') raise(say.no_function('agents.register', 'execute', typeName(main)));
  return functionAgent(said, (input, options) => apply(main, definition, [input, options]), definition.description, 'custom');
};

const execute = (name, input, options) => apply(methods.run, needAgent(name, 'agents.execute'), [input, options]);

define(globalThis, 'agents', namespace({
  __proto__: null, create, register, execute, run: execute, get: names.get, list: names.list_instances, exists: names.exists,
  remove: names.destroy, info: names.get_info,
}, 'agents'));
