// Workflows: steps that the host runs. A spell holds an object; what is known of it is out of its reach.
// After: agent, workflow_definition, workflow_lower.
const { create, validate, look, setState, pause, cancel, close } = raw.workflow;
const { raise, word, typeName, define, put, method, strict, list, add, nearest, lowerWorkflow: lower, messages: say } = guest;
const { setPrototypeOf, defineProperty } = Object;
const { splice } = Array.prototype;
const { apply } = Reflect;
raw.workflow.setup();

const byName = { __proto__: null }; // those that a spell gave a name, the younger of two
const methods = {};
let count = 0;
guest.workflowsByName = byName;
add(guest.registers, byName);
guest.workflowsById = { __proto__: null }; // those of zigllms.workflow
guest.workflowMethods = methods;

class Workflow {
  #known;
  constructor(known) { this.#known = known; }
  static known(value) { return typeof value === 'object' && value !== null && #known in value ? value.#known : undefined; }
}
const { known: knownOf } = Workflow;
const prototype = Workflow.prototype;
delete prototype.constructor;
guest.handles(prototype, 'workflow');
setPrototypeOf(prototype, methods);
setPrototypeOf(methods, strict(methods, 'a workflow'));
define(methods, Symbol.toStringTag, 'Workflow');
guest.workflowKnown = knownOf;

const own = (workflow) => knownOf(workflow) ?? raise('not a workflow: call its methods as workflow.execute(input)');
guest.workflowOf = own;

// Of a name, of an id of one that has a name, or of zigllms.
guest.needWorkflow = (name, what) => {
  if (knownOf(name)) return name;
  const said = word(name) ?? raise(what + ' takes a workflow, its name or its id, not a ' + typeName(name));
  const found = byName[said] ?? guest.workflowsById[said];
  if (found) return found;
  for (const other in byName) if (own(byName[other]).id === said) return byName[other];
  return raise(say.no_workflow(what, said, guest.namesReleased ? say.names_released() : nearest(said, byName)));
};

// One that the host does not know yet.
guest.newWorkflow = (given, pattern, what) => {
  const read = guest.readDefinition(given, pattern, what), definition = read[0], told = read[1], id = 'workflow-' + ++count;
  const known = {
    __proto__: null, id, name: definition.name ?? id, definition, handle: undefined, functions: { __proto__: null }, users: 0,
    agentSteps: { __proto__: null }, executions: 0, completed: 0, failed: 0, duration: 0, last: undefined, checkpoint: undefined, resumes: false,
    before: list(), after: list(), errors: list(), state: undefined, result: undefined, within: false, input: undefined,
  };
  if (told.on_before_execute) add(known.before, told.on_before_execute);
  if (told.on_after_execute) add(known.after, told.on_after_execute);
  if (told.on_error) add(known.errors, told.on_error);
  const workflow = new Workflow(known);
  if (definition.name !== undefined) byName[definition.name] = workflow;
  return workflow;
};

// The host's handle, of the definition as it is now. What was set before stays.
const handleOf = (known) => {
  if (known.handle) return known.handle;
  const all = lower(known);
  known.handle = guest.withRoom(() => create(all.definition, all.handles));
  known.functions = all.functions;
  known.agentSteps = all.agentSteps;
  return known.handle;
};

// The definition changes: the host gets it anew when it needs it.
const release = (known, what) => {
  if (known.users > 0) raise(what + ": the workflow '" + known.name + "' is being executed");
  if (!known.handle) return;
  known.definition.state = look(known.handle, 'state');
  close(known.handle);
  known.handle = undefined;
};
guest.releaseWorkflow = release;

guest.workflowHandle = handleOf;

// Lets the host check it at once, unless its steps come later.
guest.settledWorkflow = (workflow) => {
  const known = own(workflow);
  if ((known.definition.branches ?? known.definition.steps).length) handleOf(known);
  return workflow;
};

const setOne = (known, key, value) => {
  if (known.handle) setState(known.handle, key, value ?? null);
  else known.definition.state = { __proto__: null, ...known.definition.state, [key]: value ?? null };
};
guest.setWorkflowState = setOne;

method(methods, 'cancel', function () {
  const known = own(this);
  return known.handle !== undefined && cancel(known.handle);
});
// Before its next step. Whether there is an execution under way.
method(methods, 'pause', function () {
  const known = own(this);
  return known.handle !== undefined && pause(known.handle);
});

method(methods, 'set_state', function (key, value) {
  const known = own(this), name = word(key) ?? raise(say.takes_text('workflow.set_state', 'a key', typeName(key)));
  setOne(known, name, value);
  return true;
});

// What the host keeps under this path; before there is anything, undefined.
const lookAt = (known, path) => (known.handle ? look(known.handle, path) : undefined);
guest.lookAtWorkflow = lookAt;

method(methods, 'get_state', function (key) {
  const known = own(this);
  if (!known.handle) return key === undefined ? { ...known.definition.state } : known.definition.state?.[key];
  if (key === undefined) return lookAt(known, 'state') ?? {};
  return lookAt(known, 'state.' + (word(key) ?? raise(say.takes_text('workflow.get_state', 'a key', typeName(key)))));
});

// One more step at the end; in a parallel workflow, one more branch.
method(methods, 'add_step', function (first, second) {
  const known = own(this), what = 'workflow.add_step', { definition } = known, name = word(first);
  let given = first;
  if (name !== undefined && typeof second === 'function') given = { __proto__: null, name, function: second };
  else if (name !== undefined && typeName(second) === 'object') given = { __proto__: null, name, ...second };
  release(known, what);
  if (definition.pattern === 'conditional') raise(what + ': a conditional workflow takes its steps in branches');
  if (definition.pattern === 'parallel') add(definition.branches, guest.readBranch(given, definition.branches.length + 1, 'parallel', what));
  else {
    const step = guest.readStep(given, definition.steps.length + 1, what);
    add(definition.steps, step);
    if (step.depends_on && definition.pattern === 'sequential') definition.pattern = 'dag';
  }
  return this;
});

// What the steps are called, branch by branch.
method(methods, 'get_steps', function () {
  const names = [], { steps, otherwise, branches } = own(this).definition;
  const each = (all) => {
    for (let i = 0; all && i < all.length; i++) add(names, all[i].name ?? 'step' + (i + 1));
  };
  each(steps);
  each(otherwise);
  for (let i = 0; branches && i < branches.length; i++) each(branches[i].steps);
  return names;
});

// Takes a step away; in a parallel workflow, the branch of that name. Whether there was one.
method(methods, 'remove_step', function (name) {
  const known = own(this), what = 'workflow.remove_step', { definition } = known;
  const said = word(name) ?? raise(say.takes_text(what, "a step's name", typeName(name)));
  release(known, what);
  const from = (all) => {
    for (let i = 0; all && i < all.length; i++) {
      if ((all[i].name ?? 'step' + (i + 1)) !== said) continue;
      apply(splice, all, [i, 1]);
      return true;
    }
    return false;
  };
  return from(definition.steps) || from(definition.otherwise) || (definition.pattern === 'parallel' && from(definition.branches));
});

method(methods, 'close', function () {
  const known = own(this);
  if (byName[known.name] === this) delete byName[known.name];
  release(known, 'workflow.close');
});

const field = (name, get) =>
  defineProperty(methods, name, { __proto__: null, get() { return get(own(this)); }, set(value) { put(this, name, value); }, configurable: true });
field('name', (known) => known.name);
field('id', (known) => known.id);
field('type', (known) => known.definition.pattern);
field('pattern', (known) => known.definition.pattern);
field('description', (known) => known.definition.description);
define(methods, 'toString', function () { return 'workflow: ' + own(this).name; });

// {valid, errors, warnings}, of a definition as the host takes it.
guest.validatedWorkflow = (known) => {
  const verdict = validate(lower(known).definition);
  verdict.errors ??= [];
  verdict.warnings ??= [];
  return verdict;
};
