// Contexts: what several agents are told beside the prompt. They live as long as the run.
// After: agent.
const { raise, word, text, typeName, snake, nearest, put, add, method, empty, agentOptions: options } = guest;
const { apply } = Reflect;
const { getOwnPropertyNames } = Object;
const { toLowerCase } = String.prototype;
const { sort, join } = Array.prototype;
const { encode, decode } = JSON;
const OwnString = String;
const { run } = guest.agentMethods, names = guest.agentNames;

const contexts = { __proto__: null }, shared = { __proto__: null };
let last = 0;
const { inheritances, context_scopes: kinds, context: known } = guest.sets, say = guest.messages;

const copy = (value) => ({ __proto__: null, ...decode(encode(value)) });

// "global", or {type, id}.
const scopeOf = (scope = 'global') => {
  if (typeName(scope) !== 'object') return word(scope) ?? raise('a scope is "global", a text, or an object with type and id');
  if (!(scope.type in kinds)) raise("a scope's type is session, workflow, agent or user" + (word(scope.type) ? nearest(word(scope.type), kinds) : ''));
  return scope.type + ':' + OwnString(scope.id ?? '');
};

const find = (id, what) =>
  contexts[word(id) ?? ''] ?? raise(what + ": there is no context '" + OwnString(id) + "'" + nearest(OwnString(id), contexts));

const keep = (context) => {
  context.id = 'context-' + ++last;
  contexts[context.id] = context;
  return context.id;
};

const inheritanceOf = (given) => {
  const found = apply(toLowerCase, word(given ?? 'inherit') ?? '', []);
  return found in inheritances ? found : raise(say.no_inheritance());
};

// "isolate": sees nothing of its parent; "copy": has what the parent has now; "share": both are one; "inherit": sees the
// parent's values under its own.
const createChild = (parent, scope, given) => {
  const above = find(parent, 'Agent.create_child_context'), inheritance = inheritanceOf(given);
  const context = { __proto__: null, scope: scope === undefined ? above.scope : scopeOf(scope), parent: above.id, inheritance, data: empty() };
  if (inheritance === 'copy') context.data = copy(above.data);
  else if (inheritance === 'share') context.data = above.data;
  else if (inheritance === 'inherit') context.above = above;
  return keep(context);
};
method(names, 'create_child_context', createChild);

// Gives its id.
method(names, 'create_context', (definition = {}) => {
  if (typeName(definition) !== 'object') raise('Agent.create_context takes an object, not a ' + typeName(definition));
  const context = empty(), given = { __proto__: null, ...definition };
  for (let i = 0, keys = getOwnPropertyNames(given); i < keys.length; i++) {
    const name = snake(keys[i]);
    if (!(name in known)) raise(say.no_member('a context', keys[i], nearest(name, known)));
    if (name === 'security') raise("a context grants nothing: what a spell may use is the operator's to say");
    context[name] = given[keys[i]];
  }
  if (context.parent) return createChild(context.parent, context.scope, context.inheritance);
  context.inheritance = inheritanceOf(context.inheritance);
  context.data = copy(context.data ?? {});
  context.scope = scopeOf(context.scope);
  return keep(context);
});

method(names, 'update_context', (id, key, value) => {
  const { data } = find(id, 'Agent.update_context');
  if (typeName(key) === 'object') for (let i = 0, keys = getOwnPropertyNames(key); i < keys.length; i++) data[keys[i]] = key[keys[i]];
  else data[word(key) ?? raise('Agent.update_context takes a key, a text')] = value;
  return true;
});

const allOf = (context) => ({ __proto__: null, ...(context.above ? allOf(context.above) : undefined), ...context.data });
method(names, 'get_context_data', (id, key) => {
  const context = find(id, 'Agent.get_context_data'), all = allOf(context);
  return key === undefined ? { ...all } : all[key];
});
method(names, 'get_context', (id) => {
  const context = find(id, 'Agent.get_context');
  return { id: context.id, scope: context.scope, parent: context.parent, inheritance: context.inheritance, data: { ...allOf(context) } };
});
method(names, 'remove_context', (id) => delete contexts[find(id, 'Agent.remove_context').id]);

method(names, 'set_shared_memory', (scope, key, value) => {
  (shared[scopeOf(scope)] ??= empty())[key] = value;
  return true;
});
method(names, 'get_shared_memory', (scope, key) => shared[scopeOf(scope)]?.[key]);

// The context and those above it, innermost first.
method(names, 'get_hierarchy', (id) => {
  const found = [];
  for (let context = find(id, 'Agent.get_hierarchy'); context; context = contexts[context.parent ?? '']) add(found, { id: context.id, scope: context.scope });
  return found;
});

// The prompt, and the context's data as part of the instructions.
method(guest.agentMethods, 'execute_with_context', function (prompt, id, given) {
  const context = find(id, 'agent.executeWithContext'), lines = [];
  for (const values of [shared[context.scope] ?? empty(), allOf(context)]) {
    const keys = apply(sort, getOwnPropertyNames(values), []);
    for (let i = 0; i < keys.length; i++) add(lines, keys[i] + ': ' + (text(values[keys[i]]) ?? encode(values[keys[i]])));
  }
  const all = options(empty(), given, 'agent.executeWithContext');
  if (lines.length) all.context = 'Context:\n' + apply(join, lines, ['\n']);
  return apply(run, this, [prompt, all]);
});
