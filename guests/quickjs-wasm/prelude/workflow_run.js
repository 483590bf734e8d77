// Executions of workflows.
// After: operation, workflow, workflow_result.
const { execute } = raw.workflow;
const { drive, raise, word, typeName, snake, nearest, method, empty, sets, workflowOf: own, workflowHandle: handleOf, workflowMethods: methods } = guest;
const { handleAgain, forget, workflowResult: resultOf, setWorkflowState: setOne, messages: say } = guest;
const { getOwnPropertyNames } = Object;
const { apply } = Reflect;

// [the input, variables that stand beside it]: of {input, vars}, of {text}, or the value as it is.
const inputOf = (given) => {
  if (typeName(given) !== 'object') return [given, empty()];
  const variables = empty(), all = { __proto__: null, ...given }, keys = getOwnPropertyNames(all);
  let onlyText = all.text !== undefined;
  for (let i = 0; i < keys.length; i++) {
    const name = keys[i], value = all[name];
    if (name in sets.workflow_beside && typeName(value) === 'object') {
      for (let j = 0, inner = getOwnPropertyNames(value); j < inner.length; j++) variables[inner[j]] = value[inner[j]];
    } else if (name !== 'input' && name !== 'text') {
      onlyText = false;
      variables[name] = value;
    }
  }
  if (all.input !== undefined) {
    if (all.text !== undefined) variables.text = all.text;
    return [all.input, variables];
  }
  return onlyText ? [all.text, variables] : [given, empty()];
};

// The options as the host takes them.
const optionsOf = (options, what) => {
  const made = { __proto__: null };
  if (options === undefined || options === null) return made;
  if (typeName(options) !== 'object') raise(say.no_options(what, typeName(options)));
  for (let i = 0, names = getOwnPropertyNames(options); i < names.length; i++) {
    if (!(snake(names[i]) in sets.workflow_execute)) raise(say.no_option(what, names[i], nearest(names[i], sets.workflow_execute)));
    if (made.checkpoint !== undefined) raise(say.given_twice(what, names[i]));
    made.checkpoint = word(options[names[i]]) ?? raise(say.no_text(what, names[i], typeName(options[names[i]])));
  }
  return made;
};

const tell = async (all, ...given) => {
  for (let i = 0; i < all.length; i++) await apply(all[i], undefined, given);
};

// The functions are there while anything executes it.
const begin = (known) => {
  if (known.users++ === 0) for (const number in known.functions) handleAgain(number, known.functions[number], true);
};
const end = (known) => {
  if (--known.users > 0) return;
  for (const number in known.functions) forget(number);
};

const run = async (known, input, options) => {
  const handle = handleOf(known);
  begin(known);
  try {
    return await drive(execute(handle, input ?? null, options));
  } finally {
    end(known);
  }
};

const executeWith = async (workflow, given, options) => {
  const known = own(workflow);
  const read = inputOf(given), input = read[0], variables = read[1];
  for (const key in variables) setOne(known, key, variables[key]);
  await tell(known.before, { workflow: known.name, id: known.id, input });
  known.executions++;
  known.input = input;
  known.checkpoint = options.checkpoint;
  known.resumes = options.resume === true;
  let result;
  try {
    result = await run(known, input, options);
  } catch (problem) {
    known.last = problem?.details;
    known.failed++;
    guest.tellOfWorkflow(known, false, problem);
    await tell(known.errors, problem);
    if (!known.errors.length && guest.workflowErrorHandler) await guest.workflowErrorHandler(problem, known.name);
    throw problem;
  }
  known.last = result;
  if (result.status !== 'paused') {
    known.duration += result.duration_ms ?? 0;
    if (result.success) known.completed++;
    else known.failed++;
  }
  guest.tellOfWorkflow(known, true, result);
  resultOf(result, known);
  await tell(known.after, result);
  return result;
};
for (const name of ['execute', 'execute_async'])
  method(methods, name, async function (given, options) { return executeWith(this, given, optionsOf(options, 'workflow.' + name)); });

// Goes on with a checkpoint; without an id, with the one of the last execution.
method(methods, 'resume', async function (id) {
  const known = own(this);
  id ??= known.checkpoint ?? raise(say.nothing_to_resume('workflow.resume'));
  const checkpoint = word(id) ?? raise(say.takes_text('workflow.resume', "a checkpoint's id", typeName(id)));
  return executeWith(this, undefined, { __proto__: null, checkpoint, resume: true });
});
