// A workflow's builder: a definition, field by field.
// After: workflow_methods.
const { raise, word, typeName, snake, strict, put, add, sets, aliases, messages: say } = guest;
const { isArray } = Array;
const { setPrototypeOf } = Object;
const { apply } = Reflect;
const { slice, startsWith } = String.prototype;

// Lists that grow by one with each call, under all names of such calls.
const lists = {
  __proto__: null, add_step: 'steps', step: 'steps', add_branch: 'branches', branch: 'branches', add_then_step: 'then', then_step: 'then',
  add_else_step: 'otherwise', else_step: 'otherwise', add_default_step: 'otherwise', default_step: 'otherwise',
  add_body_step: 'body', body_step: 'body', add_loop_step: 'body', add_break_condition: 'break', break_when: 'break',
};

// (step), (name, step), or for branches (name, steps) and (name, condition, steps).
const entryOf = (field, given) => {
  const first = given[0], second = given[1], third = given[2];
  if (word(first) === undefined || second === undefined) return first;
  if (field === 'branches' && third !== undefined) return { __proto__: null, name: first, condition: second, steps: third };
  if (field === 'branches') return { __proto__: null, name: first, steps: second };
  if (field === 'break') return { __proto__: null, condition: first, message: second };
  return typeof second === 'function' ? { __proto__: null, name: first, function: second } : { __proto__: null, name: first, ...second };
};

const listOf = (value) => (isArray(value) ? value : raise(say.no_steps("a workflow's builder", 'steps', typeName(value))));

// What a call does to the definition.
const calls = { __proto__: null };
for (const pattern in sets.workflow_patterns) calls[pattern] = (definition) => { definition.pattern = pattern; };
calls.graph = calls.dag;
for (const name in lists) {
  const field = lists[name];
  calls[name] = (definition, given) => { add((definition[field] ??= []), entryOf(field, given)); };
}
calls.steps = calls.add_steps = (definition, given) => {
  definition.steps ??= [];
  for (let i = 0, all = listOf(given[0]); i < all.length; i++) add(definition.steps, all[i]);
};
calls.range = calls.with_range = (definition, given) => {
  definition.range = typeof given[0] === 'object' ? given[0] : { __proto__: null, start: given[0], end: given[1], step: given[2] };
};

const build = (definition) => guest.settledWorkflow(guest.newWorkflow(definition, undefined, 'Workflow.builder'));
const builds = { __proto__: null, build, create: build, build_async: build };

// The field that a call sets, such as max_iterations or with_collection.
const fieldOf = (name) => {
  const field = apply(startsWith, name, ['with_']) ? apply(slice, name, [5]) : name;
  return field in sets.workflow || field in aliases.workflow || field in aliases.workflow_seconds ? field : undefined;
};
const names = { __proto__: null, ...calls, ...builds, ...sets.workflow, ...aliases.workflow };

guest.workflowBuilder = (name) => {
  const definition = { __proto__: null }, builder = {};
  if (name !== undefined) definition.name = name;
  const chain = (main) => (...given) => {
    main(definition, given);
    return builder;
  };
  const find = (key) => {
    const short = snake(key);
    if (short in calls) return chain(calls[short]);
    if (short in builds) return () => builds[short](definition);
    const field = fieldOf(short);
    if (field === undefined) return undefined;
    return chain((all, given) => {
      if (given[0] === undefined) raise("a workflow's builder: " + short + ' takes a value');
      all[field] = given[0];
    });
  };
  return setPrototypeOf(builder, strict(names, "a workflow's builder", find));
};
