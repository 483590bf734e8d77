// Executions of workflows.
// After: operation, workflow, workflow_result.
const { execute } = raw.workflow;
const { drive, raise, word, typeName, define, method, empty, sets, workflowOf: own, workflowHandle: handleOf, workflowMethods: methods } = guest;
const { handleAgain, forget, workflowResult: resultOf, setWorkflowState: setOne, messages: say } = guest;
const { getOwnPropertyNames } = Object;
const { apply } = Reflect;
const { slice, startsWith } = String.prototype;

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

const checkOptions = (options, what) => {
  const names = options === undefined || options === null ? [] : getOwnPropertyNames(options);
  if (!names.length) return;
  if (names[0] === 'checkpoint' || names[0] === 'checkpoint_id' || names[0] === 'checkpointId') raise(say.no_checkpoints(what, names[0]));
  raise(say.no_option(what, names[0], '; there are none'));
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

const run = async (known, input) => {
  const handle = handleOf(known);
  begin(known);
  try {
    return await drive(execute(handle, input ?? null));
  } finally {
    end(known);
  }
};

// A function with an input of its own is a workflow for the host, whose step is no news.
const tidy = (known, problem) => {
  const said = word(problem?.message);
  for (let i = 0; said !== undefined && i < known.wrapped.length; i++) {
    const begin = 'Step ' + known.wrapped[i] + ' failed: ';
    if (apply(startsWith, said, [begin + begin])) define(problem, 'message', apply(slice, said, [begin.length]));
  }
};

const executeOne = async (workflow, given, options) => {
  const known = own(workflow);
  checkOptions(options, 'workflow.execute');
  const read = inputOf(given), input = read[0], variables = read[1];
  for (const key in variables) setOne(known, key, variables[key]);
  await tell(known.before, { workflow: known.name, id: known.id, input });
  known.executions++;
  known.input = input;
  let result;
  try {
    result = await run(known, input);
  } catch (problem) {
    known.last = problem?.details;
    known.failed++;
    tidy(known, problem);
    guest.tellOfWorkflow(known, false, problem);
    await tell(known.errors, problem);
    if (!known.errors.length && guest.workflowErrorHandler) await guest.workflowErrorHandler(problem, known.name);
    throw problem;
  }
  known.last = result;
  known.duration += result.duration_ms ?? 0;
  if (result.success) known.completed++;
  else known.failed++;
  guest.tellOfWorkflow(known, true, result);
  resultOf(result, known);
  await tell(known.after, result);
  return result;
};
for (const name of ['execute', 'execute_async']) method(methods, name, function (given, options) { return executeOne(this, given, options); });
