// Workflow and workflow: the namespace.
// After: workflow_builder.
const { raise, word, typeName, add, put, define, namespace, workflowOf: own, workflowKnown: knownOf, needWorkflow: need } = guest;
const { newWorkflow: make, settledWorkflow: settled, workflowMethods: methods, workflowsByName: byName, workflowInfo: infoOf, messages: say } = guest;
const { isArray } = Array;
const { getOwnPropertyNames } = Object;
const { sort } = Array.prototype;
const { apply } = Reflect;

const members = { __proto__: null };
guest.workflowMembers = members;

for (const pattern in guest.sets.workflow_patterns)
  members[pattern] = (given) => settled(make(word(given) === undefined ? given : { __proto__: null, name: given }, pattern, 'Workflow.' + pattern));
members.create = (given) => settled(make(given, undefined, 'Workflow.create'));
members.builder = (name) => guest.workflowBuilder(name);

// A workflow, its name or id, or a definition.
const find = (given, what) => (typeName(given) === 'object' && !knownOf(given) ? settled(make(given, undefined, what)) : need(given, what));
members.execute = async (given, input, options) => apply(methods.execute, find(given, 'Workflow.execute'), [input, options]);
members.execute_async = members.execute;

members.validate = (given) => {
  if (knownOf(given)) return apply(methods.validate, given, []);
  try {
    return guest.validatedWorkflow(own(make(given, undefined, 'Workflow.validate')));
  } catch (problem) {
    return { valid: false, errors: [{ path: '', message: problem.message }], warnings: [] };
  }
};

// Those that have a name, sorted by it.
members.list = () => {
  const names = apply(sort, getOwnPropertyNames(byName), []), all = [];
  for (let i = 0; i < names.length; i++) add(all, infoOf(byName[names[i]]));
  return all;
};

// Undefined if there is none of this name.
const get = (name) => {
  if (!knownOf(name) && word(name) === undefined) raise(say.takes_text('Workflow.get', "a workflow's name", typeName(name)));
  try {
    return need(name, 'Workflow.get');
  } catch {
    return undefined;
  }
};
members.get = get;
members.exists = (name) => get(name) !== undefined;

// (name, workflow or definition), or (workflow or definition that has a name). Gives the workflow.
members.register = (first, second) => {
  const name = word(first), given = name === undefined ? first : second;
  if (typeName(given) !== 'object') raise('Workflow.register takes a name, and a workflow or a definition');
  const workflow = knownOf(given) ? given : make({ __proto__: null, ...given, name: given.name ?? name }, undefined, 'Workflow.register');
  byName[name ?? own(workflow).name] = workflow;
  return settled(workflow);
};

// Forgets the name. Whether there was one.
members.remove = (given) => {
  const name = word(given) ?? knownOf(given)?.name ?? raise(say.takes_text('Workflow.remove', "a workflow's name", typeName(given)));
  const had = name in byName;
  delete byName[name];
  return had;
};
members.clear = () => {
  for (let i = 0, names = getOwnPropertyNames(byName); i < names.length; i++) delete byName[names[i]];
};

const { workflow_types: types } = guest.lists;
members.types = () => {
  const names = [];
  for (let i = 0; i < types.length; i++) add(names, types[i].type);
  return names;
};
members.discover_types = () => {
  const found = [];
  for (let i = 0; i < types.length; i++) add(found, { type: types[i].type, name: types[i].type, description: types[i].description });
  return found;
};

// One workflow of several: each is a step, or a branch.
members.compose = (given, pattern, name) => {
  if (!isArray(given)) raise("Workflow.compose takes a list of workflows, and 'sequential' or 'parallel'");
  const steps = [], used = { __proto__: null };
  for (let i = 0; i < given.length; i++) {
    const workflow = need(given[i], 'Workflow.compose'), { name: known } = own(workflow);
    add(steps, { __proto__: null, name: known in used ? undefined : known, workflow });
    used[known] = true;
  }
  const definition = { __proto__: null, steps };
  if (name !== undefined) definition.name = name;
  return settled(make(definition, word(pattern) ?? 'sequential', 'Workflow.compose'));
};

// Called as (failure, name of the workflow) where an execution fails and the workflow has no such function of its own.
members.set_default_error_handler = (main) => {
  if (main !== undefined && main !== null && typeof main !== 'function') raise(say.takes_function('Workflow.set_default_error_handler', typeName(main)));
  guest.workflowErrorHandler = main;
};
members.enable_debug = (on) => { guest.workflowDebug = on !== false; };
members.disable_debug = () => { guest.workflowDebug = false; };
members.is_debug_enabled = () => guest.workflowDebug === true;

for (const name in guest.aliases.workflow_names) members[name] = members[guest.aliases.workflow_names[name]];
define(globalThis, 'Workflow', namespace(members, 'Workflow'));
define(globalThis, 'workflow', namespace(members, 'workflow'));
