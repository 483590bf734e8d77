// What the functions of a workflow get: what the host says of where it is, and, when it is asked for, all the rest.
// After: names, operation, reply.
const { look, setState } = raw.workflow;
const { word, typeName, failure, define, put, messages: say } = guest;
const { getOwnPropertyNames, getOwnPropertyDescriptor } = Object;
const OwnProxy = Proxy;

// What is no field: what JavaScript itself asks an object for.
const plain = { __proto__: null, then: 0, toJSON: 0 };
for (const name of getOwnPropertyNames(Object.prototype)) plain[name] = 0;
const isPlain = (name) => typeof name === 'symbol' || name in plain;

const lookAll = (own, part) => (own.handle ? look(own.handle, part) : undefined) ?? {};
const lookUp = (own, part, name) => (own.handle ? look(own.handle, part + '.' + name) : undefined);

// An object whose fields are looked up one by one, or all at once where its keys are asked for.
const view = (own, part) =>
  new OwnProxy({}, {
    __proto__: null,
    get: (target, name) => (isPlain(name) ? target[name] : lookUp(own, part, name)),
    has: (target, name) => typeof name === 'string' && lookUp(own, part, name) !== undefined,
    ownKeys: () => getOwnPropertyNames(lookAll(own, part)),
    getOwnPropertyDescriptor: (target, name) => {
      const value = typeof name === 'string' ? lookUp(own, part, name) : undefined;
      return value === undefined ? undefined : { value, writable: true, enumerable: true, configurable: true };
    },
    set(target, name, value) {
      if (part === 'state' && typeof name === 'string') setState(own.handle, name, value ?? null);
      return part === 'state';
    },
  });

const others = {
  __proto__: null, execution_id: 'execution', executionId: 'execution', workflow_name: 'workflow', workflowName: 'workflow', step_name: 'step', stepName: 'step',
  loop: 'iteration', shared_data: 'state', sharedData: 'state', parameters: 'input', params: 'input', arguments: 'input', args: 'input',
};
// Variables: keys of what the workflow was executed with, or of the state.
const variables = (own) => {
  const input = own.resumes ? look(own.handle, 'input') : own.input;
  return new OwnProxy(typeName(input) === 'object' ? { ...input } : {}, {
    __proto__: null,
    get: (target, name) => (isPlain(name) || name in target ? target[name] : lookUp(own, 'state', name)),
  });
};

const unset = { __proto__: null, iteration: 0, input: 0, error: 0 };

// For a function of one workflow: of the outermost, whose number is 0, or of one that is being executed within it.
const handlerOf = (own, scope) => {
  const prefix = scope === 0 ? '' : 'scopes.' + scope + '.';
  return {
    __proto__: null,
    get(target, name) {
      if (isPlain(name)) return target[name];
      const key = others[name] ?? name;
      if (getOwnPropertyDescriptor(target, key)) return target[key];
      if (key === 'state') return (own.state ??= view(own, 'state'));
      if (key === 'steps' || key === 'outputs') return view(own, prefix + key);
      if (key === 'vars' || key === 'variables') return variables(own);
      if (key in unset) return undefined;
      return lookUp(own, prefix + 'outputs', name);
    },
  };
};

// The context of one call.
const contextOf = (own, given) => {
  const output = given.previous, { scope } = given;
  delete given.scope;
  put(given, 'previous', output === undefined ? {} : { output, result: output });
  const { iteration } = given;
  if (typeName(iteration) === 'object') {
    for (const name in spelled) if (iteration[spelled[name]] !== undefined) define(iteration, name, iteration[spelled[name]]);
  }
  return new OwnProxy(given, handlerOf(own, scope));
};
const spelled = { __proto__: null, current_value: 'value', currentValue: 'value', current_item: 'value', currentItem: 'value', total_iterations: 'total', totalIterations: 'total' };

// A result is the step's output; {success: false, error: ...} is a failure.
const checked = (result) => {
  if (typeName(result) !== 'object' || result.success !== false) return result;
  const said = result.error;
  if (typeof said === 'object' && said !== null && typeof said.code === 'string' && word(said.stack) !== undefined) throw said;
  throw failure('script', word(said) ?? word(said?.message) ?? word(result.message) ?? 'the function says that it failed');
};

const roles = {
  __proto__: null,
  step: (own, main) => async (given) => checked(await main(contextOf(own, given))),
  condition: (own, main) => async (given) => !!(await main(contextOf(own, given))),
  error: (own, main) => async (given) => {
    let problem = given.error;
    if (typeName(problem) === 'object') problem = failure(problem.code, problem.message);
    return checked(await main(contextOf(own, given), problem));
  },
};

// What the host calls for a function of a workflow, or of one within it, by what it is there for.
guest.inContext = (own, main, role) => roles[role](own, main);
