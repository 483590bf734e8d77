// Conditions of workflows. What is a function stays one until the host gets the workflow.
// After: workflow_fields.
const { raise, word, typeName, fields, knownWord, list, add, messages: say } = guest;
const { isArray } = Array;

// What type a condition without one is of.
const infer = (all) => {
  if (all.expression !== undefined) return 'custom';
  if (all.conditions !== undefined) return 'and';
  if (all.condition !== undefined) return 'not';
  if (all.key !== undefined) return all.value !== undefined ? 'shared_data_equals' : 'shared_data_exists';
  if (all.step === undefined) return undefined;
  if (all.search_text !== undefined) return 'step_output_contains';
  if (all.expected !== undefined) return 'agent_classification';
  return all.value !== undefined ? 'step_result_equals' : 'step_succeeded';
};

// Of a boolean, a function, an expression or an object.
const read = (given, what, depth = 1) => {
  if (depth > 64) raise(say.conditions_too_deep(what));
  if (typeof given === 'boolean') return given;
  if (typeof given === 'function') return { __proto__: null, function: given };
  if (word(given) !== undefined) return { __proto__: null, type: 'custom', expression: word(given) };
  if (typeName(given) !== 'object') raise(what + ': a condition is true, false, a function, an expression or an object, not a ' + typeName(given));
  const all = fields(given, 'workflow_condition', what + ': condition');
  if (all.function !== undefined) {
    if (typeof all.function !== 'function') raise(say.no_function(what, 'condition', typeName(all.function)));
    return { __proto__: null, function: all.function };
  }
  all.type = knownWord(all.type, 'workflow_condition_type', 'workflow_condition_types', what + ': condition') ?? infer(all);
  if (!all.type) raise(what + ': the condition has no type');
  delete all.message;
  if (all.condition !== undefined) all.condition = read(all.condition, what, depth + 1);
  if (all.conditions !== undefined) {
    if (!isArray(all.conditions)) raise(what + ': conditions must be a list');
    const conditions = list();
    for (let i = 0; i < all.conditions.length; i++) add(conditions, read(all.conditions[i], what, depth + 1));
    all.conditions = conditions;
  }
  return all;
};
guest.readCondition = read;

// With functions as numbers, by `numberOf`.
const lower = (condition, numberOf) => {
  if (typeof condition !== 'object') return condition;
  if (condition.function) return { __proto__: null, function: numberOf(condition.function, 'condition') };
  const all = { __proto__: null, ...condition };
  if (all.condition !== undefined) all.condition = lower(all.condition, numberOf);
  if (all.conditions) {
    all.conditions = list();
    for (let i = 0; i < condition.conditions.length; i++) add(all.conditions, lower(condition.conditions[i], numberOf));
  }
  return all;
};
guest.lowerCondition = lower;
