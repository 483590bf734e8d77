// What a spell says of a workflow, in many spellings, under the names that the host knows.
// After: names, units.
const { raise, snake, nearest, word, typeName, scaled, list, add, aliases, sets, messages: say } = guest;
const { getOwnPropertyNames } = Object;
const { isArray } = Array;
const { isInteger } = Number;
const { workflow_seconds: seconds } = aliases;

const none = { __proto__: null };

// The names of a group, and what else they may be called: for "did you mean".
const namesOf = (group) => ({ __proto__: null, ...sets[group], ...aliases[group] });

const addFields = (all, given, group, what, groups) => {
  if (typeName(given) !== 'object') raise(what + ' takes an object of fields, not a ' + typeName(given));
  const words = aliases[group] ?? none, known = sets[group], fields = { __proto__: null, ...given }, keys = getOwnPropertyNames(fields);
  for (let i = 0; i < keys.length; i++) {
    const short = keys[i] in known || keys[i] in words ? keys[i] : snake(keys[i]);
    let name = words[short] ?? short, value = fields[keys[i]];
    if (value === undefined) continue;
    if (groups && name in groups) {
      addFields(all, value, group, what + ': ' + name);
      continue;
    }
    if (name in seconds && !(name in known)) {
      value = scaled(value, 'seconds', what, name);
      name = seconds[name];
    }
    if (!(name in known) && (group === 'workflow' || group === 'workflow_step') && guest.isIdle('workflow_idle', name, what, keys[i])) continue;
    if (!(name in known)) raise(say.no_option(what, keys[i], nearest(name, namesOf(group))));
    if (all[name] !== undefined) raise(say.given_twice(what, name));
    all[name] = value;
  }
  return all;
};

// A new object. `group` names the aliases and the set of known names; fields in `groups` hold more of the same.
guest.fields = (given, group, what, groups) => addFields({ __proto__: null }, given, group, what, groups);
const { fields } = guest;

// A word of a group, in any spelling; undefined for what is no text. Others than the known ones are refused.
guest.knownWord = (value, group, known, what) => {
  const said = word(value);
  if (said === undefined) return undefined;
  const short = snake(said), name = aliases[group]?.[short] ?? short;
  if (!(name in sets[known])) raise(say.no_type(what, said, nearest(name, sets[known])));
  return name;
};

// A list that inherits nothing, for the host.
guest.copied = (given) => {
  const all = list();
  for (let i = 0; i < given.length; i++) add(all, given[i]);
  return all;
};

const besideDelay = { __proto__: null, max_retries: 0, backoff: 0, base_delay: 0, exponential: 0 };
const besideRetry = { __proto__: null, max_attempts: 'max_attempts', max_retries: 'max_retries', retry_delay_ms: 'delay_ms', exponential_backoff: 'exponential' };
const besides = getOwnPropertyNames(besideRetry);

// So many retries, or true, or an object: as the host takes it.
guest.retryOf = (given, what) => {
  if (given === undefined || given === null || given === false) return undefined;
  if (given === true) given = {};
  if (isInteger(given)) given = { __proto__: null, max_retries: given };
  const retry = fields(given, 'workflow_retry', what + ': retry'), { max_retries: retries, backoff, base_delay: base, exponential } = retry;
  for (const name in besideDelay) delete retry[name];
  let doubles = exponential;
  if (retries !== undefined) {
    if (!isInteger(retries)) raise(say.no_number(what, 'max_retries', 'retries'));
    retry.max_attempts ??= retries + 1;
  }
  if (base !== undefined) { // such policies double the delay each time
    retry.delay_ms ??= base;
    if (backoff === undefined) retry.multiplier ??= 2;
  }
  if (typeof backoff === 'number') retry.delay_ms ??= backoff;
  else if (backoff !== undefined) {
    if (backoff !== 'exponential' && backoff !== 'fixed' && backoff !== 'constant')
      raise(what + ": retry: backoff must be 'exponential', 'fixed' or milliseconds");
    doubles = backoff === 'exponential';
  }
  if (doubles !== undefined) retry.multiplier ??= doubles ? 2 : 1;
  if (isArray(retry.codes)) retry.codes = guest.copied(retry.codes);
  return retry;
};

// The policy of a step or a workflow, whose parts may stand beside it.
guest.takeRetry = (all, what) => {
  let beside;
  for (let i = 0; i < besides.length; i++) {
    if (all[besides[i]] === undefined) continue;
    beside ??= { __proto__: null };
    beside[besideRetry[besides[i]]] = all[besides[i]];
    delete all[besides[i]];
  }
  const retry = guest.retryOf(all.retry, what);
  return beside ? { __proto__: null, ...guest.retryOf(beside, what), ...retry } : retry;
};
