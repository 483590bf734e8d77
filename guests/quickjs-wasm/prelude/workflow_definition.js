// Definitions of workflows: what each pattern has, in the host's words.
// After: workflow_step.
const { raise, word, typeName, fields, knownWord, readCondition, readStep, strategyOf, agentKnown, empty, list, add, copied, sets, messages: say } = guest;
const { isArray } = Array;
const { isInteger } = Number;
const { getOwnPropertyNames } = Object;

const isStepAlone = (given) => typeof given === 'function' || agentKnown(given) || guest.workflowKnown(given);
const hasPattern = (given) => given.type !== undefined || given.pattern !== undefined;

// A list of steps, or what can stand for it: one step, or an object with `steps`.
const readSteps = (given, field, what) => {
  const steps = list();
  if (given === undefined) return steps;
  if (isStepAlone(given)) given = [given];
  else if (typeName(given) === 'object') given = given.steps !== undefined && !hasPattern(given) ? given.steps : [given];
  if (!isArray(given)) raise(say.no_steps(what, field, typeName(given)));
  for (let i = 0; i < given.length; i++) add(steps, readStep(given[i], i + 1, what));
  return steps;
};
guest.readSteps = readSteps;

// A branch with steps, or a step that is a branch of its own.
const readBranch = (given, place, pattern, what) => {
  if (isStepAlone(given) || typeName(given) !== 'object' || given.steps === undefined || hasPattern(given)) {
    const step = readStep(given, place, what), steps = list();
    step.name ??= 'step' + place;
    add(steps, step);
    const branch = { __proto__: null, name: step.name, steps };
    if (pattern === 'conditional') {
      branch.condition = step.when;
      delete step.when;
    }
    if (step.optional) branch.required = false;
    return branch;
  }
  const where = what + ": branch '" + (word(given.name) ?? 'branch' + place) + "'", all = fields(given, 'workflow_branch', where);
  const branch = { __proto__: null, name: word(all.name) ?? 'branch' + place, steps: readSteps(all.steps, 'steps', where), timeout_ms: all.timeout_ms };
  if (all.required === false || all.optional === true) branch.required = false;
  if (all.condition !== undefined) branch.condition = readCondition(all.condition, where);
  return branch;
};
guest.readBranch = readBranch;

const readBranches = (given, pattern, what) => {
  if (!isArray(given)) raise(what + ': branches must be a list');
  const branches = list();
  for (let i = 0; i < given.length; i++) add(branches, readBranch(given[i], i + 1, pattern, what));
  return branches;
};

// {start, end, step}, or these as a list.
const rangeOf = (given, what) => {
  if (isArray(given)) given = { __proto__: null, start: given[0], end: given[1], step: given[2] };
  return fields(given, 'workflow_range', what + ': range');
};

const breaksOf = (given, what) => {
  if (!isArray(given)) given = [given];
  const all = list();
  for (let i = 0; i < given.length; i++) {
    const one = given[i];
    if (typeName(one) !== 'object') add(all, { __proto__: null, condition: readCondition(one, what) });
    else {
      const made = { __proto__: null, condition: readCondition(one.condition === undefined || one.type !== undefined ? one : one.condition, what) };
      if (word(one.message) !== undefined) made.message = word(one.message);
      add(all, made);
    }
  }
  return all;
};

const aggregationOf = (made, given, what) => {
  if (typeName(given) === 'object') {
    const all = { __proto__: null, ...given }, keys = getOwnPropertyNames(all);
    for (let i = 0; i < keys.length; i++) {
      const name = keys[i];
      if (name === 'n' || name === 'count' || name === 'keep') made.keep = all[name];
      else if (name === 'type' || name === 'strategy') given = all[name];
      else if (name in sets.workflow_aggregations) {
        given = name;
        made.keep = all[name];
        break;
      } else raise(what + ': aggregation has a type, and a number to keep');
    }
  }
  made.aggregation = knownWord(given, 'workflow_aggregation', 'workflow_aggregations', what + ': aggregation');
};

const iterators = { __proto__: null, range: 0, collection: 0, while: 0, max_iterations: 0 };
const takeIterator = (all, what) => {
  const iterator = fields(all.iterator, 'workflow', what + ': iterator');
  for (const name in iterator) {
    if (!(name in iterators)) raise(what + ": an iterator has no '" + name + "'; known are: collection, max_iterations, range, while");
    if (all[name] !== undefined) raise(say.given_twice(what, name));
    all[name] = iterator[name];
  }
};

const sequential = (made, all, what) => {
  made.steps = readSteps(all.steps, 'steps', what);
  for (let i = 0; i < made.steps.length; i++) if (made.steps[i].depends_on) made.pattern = 'dag';
};

const read = {
  __proto__: null, sequential, dag: sequential,
  // Steps without branches are branches of one step each.
  parallel(made, all, what) {
    if (all.branches !== undefined && all.steps !== undefined) raise(what + ': give branches or steps, not both');
    made.branches = readBranches(all.branches ?? all.steps ?? [], 'parallel', what);
    if (all.continue_on_optional_failure === false) for (let i = 0; i < made.branches.length; i++) delete made.branches[i].required;
  },
  conditional(made, all, what) {
    const branches = all.branches === undefined ? list() : readBranches(all.branches, 'conditional', what);
    if (all.branches === undefined) {
      if (all.condition === undefined) raise(what + ': a conditional workflow needs branches, or a condition and what to do then');
      add(branches, { __proto__: null, name: 'then', condition: readCondition(all.condition, what), steps: readSteps(all.then ?? all.steps, 'then', what) });
    }
    const most = all.max_branches_to_evaluate;
    if (most !== undefined && (!isInteger(most) || most < 1)) raise(say.no_number(what, 'max_branches_to_evaluate', 'branches'));
    if (most < branches.length) branches.length = most;
    made.branches = branches;
    if (all.otherwise !== undefined && all.execute_default_on_no_match !== false) made.otherwise = readSteps(all.otherwise, 'otherwise', what);
  },
  loop(made, all, what) {
    if (all.body !== undefined && all.steps !== undefined) raise(what + ': give a body or steps, not both');
    made.steps = readSteps(all.body ?? all.steps, 'body', what);
    if (all.iterator !== undefined) takeIterator(all, what);
    const condition = all.while ?? all.condition;
    if (condition !== undefined) made.while = readCondition(condition, what);
    if (all.range !== undefined) made.range = rangeOf(all.range, what);
    made.collection = isArray(all.collection) ? copied(all.collection) : all.collection;
    made.max_iterations = all.max_iterations;
    if (all.break !== undefined) made.break = breaksOf(all.break, what);
    if (all.aggregation !== undefined) aggregationOf(made, all.aggregation, what);
  },
};

// Fields of one pattern alone.
const inLoop = { __proto__: null, loop: 0 }, inConditional = { __proto__: null, conditional: 0 };
const ownFields = {
  __proto__: null, branches: { __proto__: null, parallel: 0, conditional: 0 }, condition: { __proto__: null, conditional: 0, loop: 0 },
  then: inConditional, otherwise: inConditional, iterator: inLoop, range: inLoop, collection: inLoop, while: inLoop, body: inLoop,
  break: inLoop, aggregation: inLoop, keep: inLoop,
};

const loopFields = { __proto__: null, body: 0, iterator: 0, range: 0, collection: 0, while: 0 };
const patternOf = (all) => {
  for (const name in loopFields) if (all[name] !== undefined) return 'loop';
  if (all.condition !== undefined || all.otherwise !== undefined) return 'conditional';
  if (all.branches === undefined) return 'sequential';
  const first = all.branches?.[0];
  return first?.condition !== undefined || first?.when !== undefined ? 'conditional' : 'parallel';
};

const addStrategy = (made, all, what) => {
  made.error_strategy = strategyOf(all.error_strategy, what);
  if (word(all.on_error) !== undefined) {
    made.error_strategy ??= strategyOf(all.on_error, what);
    delete all.on_error;
  }
  const goOn = all.fail_fast !== undefined ? !all.fail_fast : all.continue_on_error;
  if (goOn !== undefined) made.error_strategy ??= goOn ? 'continue' : 'fail_fast';
};

const toldOf = { __proto__: null, on_before_execute: 0, on_after_execute: 0, on_error: 0 };

// [the definition, the functions that are told of executions]
const readOne = (given, pattern, what) => {
  if (typeName(given) !== 'object') raise(what + ' takes an object with name and steps, not a ' + typeName(given));
  const all = fields(given, 'workflow', what, sets.workflow_groups);
  const named = knownWord(all.pattern, 'workflow_pattern', 'workflow_patterns', what);
  if (named && pattern && named !== pattern) raise(what + ": the type is '" + named + "'");
  pattern ??= named ?? patternOf(all);
  for (const name in ownFields)
    if (all[name] !== undefined && !(pattern in ownFields[name])) raise(what + ': a ' + pattern + " workflow has no '" + name + "'");
  const made = { __proto__: null, pattern }, told = { __proto__: null };
  for (const name in sets.workflow_kept) if (all[name] !== undefined) made[name] = all[name];
  if (made.name !== undefined) made.name = word(made.name) ?? raise(say.no_text(what, 'name', typeName(made.name)));
  made.retry = guest.takeRetry(all, what);
  addStrategy(made, all, what);
  read[pattern](made, all, what);
  for (const name in toldOf) {
    if (all[name] !== undefined && typeof all[name] !== 'function') raise(say.no_function(what, name, typeName(all[name])));
    told[name] = all[name];
  }
  return [made, told];
};

// How many definitions lie around the one that is read: one could lie within itself.
let depth = 0;
guest.readDefinition = (given, pattern, what) => {
  if (depth >= 16) raise(say.nested_too_deep("a workflow's definition"));
  depth++;
  try {
    return readOne(given, pattern, what);
  } finally {
    depth--;
  }
};
