// State: what outlives the run, by scope and key. Each function gives a promise.
// After: names, operation, units.
const { get, put: putRaw, delete: remove, increment: addRaw, commit: commitRaw, list, scopes } = raw.state;
const { drive, raise, word, put, add, empty, snake, typeName, nearest, scaled, messages: say } = guest;
const { state_shapes: shapes, state_options: same, state_operations: operations } = guest.aliases;
const { state_families: families, state_save: kept, state_increment: added, state_delete: deleted, state_list: listed, state_commit: changed } = guest.sets;
const { getOwnPropertyNames } = Object;
const { isArray } = Array;
const { isFinite } = Number;
const { apply } = Reflect;
const { indexOf, slice } = String.prototype;
const OwnString = String;

const members = { __proto__: null };
guest.state = members;

// Whatever the host answers: a value, or work that has to be waited for, which comes in a list.
const settled = (answer) => (isArray(answer) ? drive(answer[0]) : answer);

const textOf = (name) => word(name) ?? (typeof name === 'number' && isFinite(name) ? OwnString(name) : undefined);

const nameOf = (name, what, which) => {
  const problem = name === undefined ? ' is missing' : ' must be a text, not a ' + typeName(name);
  return textOf(name) ?? raise(what + ' takes ' + (shapes[what] ?? '(scope)') + ': the ' + which + problem);
};

// Options in the host's words. `known` has those that there are; without it the host says what it does not know. What is
// undefined is not given.
const optionsOf = (options, what, known) => {
  const all = empty();
  if (options === undefined || options === null) return all;
  if (typeName(options) !== 'object') raise(what + ' takes an object of options, not a ' + typeName(options));
  const given = { __proto__: null, ...options };
  for (let i = 0, keys = getOwnPropertyNames(given); i < keys.length; i++) {
    let name = snake(keys[i]), value = given[keys[i]];
    if (value === undefined) continue;
    if (known && !((same[name] ?? name) in known)) {
      const shown = apply(slice, name, [0, 60]);
      raise(say.no_option(what, shown, nearest(shown, known)));
    }
    if (name === 'ttl' || name === 'ttl_seconds') {
      value = scaled(value, 'seconds', what, name);
      name = 'ttl_ms';
    }
    if (all[name] !== undefined) raise(say.given_twice(what, name));
    all[name] = value;
  }
  return all;
};

guest.storedOptions = optionsOf;

// Whether a text looks like a scope: then, of two arguments, it is not the key.
const isScope = (name) => {
  const known = textOf(name);
  if (known === undefined) return false;
  const colon = apply(indexOf, known, [':']);
  return known === 'global' || known === 'custom' || (colon > 0 && colon < known.length - 1 && apply(slice, known, [0, colon]) in families);
};

// [scope, key] of (scope, key) or (key): then the scope is "global".
const place = (what, given) => {
  const two = given.length >= 2;
  return { scope: two ? nameOf(given[0], what, 'scope') : 'global', key: nameOf(given[two ? 1 : 0], what, 'key') };
};

const checkValue = (value, what) => {
  if (value !== undefined) return;
  const shape = what in shapes ? ' takes ' + shapes[what] : '';
  raise(what + shape + ': the value is missing (State.delete removes a key, and null is a value)');
};

// {version, existed}
const keep = (what, at, value, options) => {
  checkValue(value, what);
  return settled(putRaw(at.scope, at.key, value, optionsOf(options, what, kept)));
};

// {key, value, version, expires_at}, or undefined.
const isThere = (entry) => entry !== undefined && entry !== null;
const named = (entry, key) => {
  if (!isThere(entry)) return undefined;
  put(entry, 'key', key);
  return entry;
};
const ask = ({ scope, key }) => settled(get(scope, key));
const valueOf = (entry, otherwise) => entry?.value ?? otherwise;

// `options`: ttl (seconds), ttl_ms, expires_at, keep_ttl, if_version, if_absent.
members.save = async (scope, key, value, options) => {
  await keep('State.save', place('State.save', [scope, key]), value, options);
  return true;
};

// Undefined, or what is given as a third, where there is nothing.
members.load = async (scope, key, otherwise) => valueOf(await ask(place('State.load', [scope, key])), otherwise);
members.entry = async (...given) => {
  const at = place('State.entry', given);
  return named(await ask(at), at.key);
};

// (key), (key, otherwise), (scope, key) where the first looks like a scope, (scope, key, otherwise).
members.get = async (...given) => {
  if (given.length >= 3 || (given.length === 2 && isScope(given[0]) && textOf(given[1]) !== undefined))
    return valueOf(await ask(place('State.get', given)), given[2]);
  return valueOf(await ask({ scope: 'global', key: nameOf(given[0], 'State.get', 'key') }), given[1]);
};

// (key, value) or (scope, key, value, options).
members.set = async (...given) => {
  const short = given.length < 3;
  await keep('State.set', place('State.set', short ? [given[0]] : given), given[short ? 1 : 2], short ? undefined : given[3]);
  return true;
};

// Whether it was there. `options`: if_version.
members.delete = async (...given) => {
  const { scope, key } = place('State.delete', given);
  return (await settled(remove(scope, key, optionsOf(given[2], 'State.delete', deleted)))).existed;
};

members.exists = async (...given) => isThere(await ask(place('State.exists', given)));

// (key), (key, by), (scope, key), (scope, key, by, options): the number that it is then. One step: nothing is lost
// between tasks or runs.
members.increment = async (...given) => {
  const short = given.length < 2 || (given.length === 2 && typeof given[1] === 'number');
  const { scope, key } = place('State.increment', short ? [given[0]] : given), by = given[short ? 1 : 2] ?? 1;
  if (typeof by !== 'number') raise('State.increment adds a number, not a ' + typeName(by));
  return (await settled(addRaw(scope, key, by, optionsOf(short ? undefined : given[3], 'State.increment', added)))).value;
};

// Saves only if the key has this version; undefined or 0: if it is not there. {ok, version}: the one that it has then.
members.compare_and_set = async (scope, key, version, value, options) => {
  const what = 'State.compare_and_set', at = place(what, [scope, key]), all = empty();
  if (version === undefined || version === null || version === 0) all.if_absent = true;
  else all.if_version = version;
  const more = optionsOf(options, what, kept);
  for (let i = 0, names = getOwnPropertyNames(more); i < names.length; i++) all[names[i]] = more[names[i]];
  try {
    return { ok: true, version: (await keep(what, at, value, all)).version };
  } catch (problem) {
    if (problem?.code !== 'conflict') throw problem;
    return { ok: false, version: problem.details?.current ?? undefined };
  }
};

// All of these changes or none: {op: "save" | "delete" | "increment" | "check" | "clear", scope, key, ...}.
// {version, changes: [{existed, value}]}
members.commit = async (changes) => {
  if (!isArray(changes)) raise('State.commit takes a list of changes, not a ' + typeName(changes));
  const all = guest.list();
  for (let i = 0; i < changes.length; i++) {
    if (changes[i] === undefined || changes[i] === null) raise('State.commit: change ' + (i + 1) + ' is ' + changes[i]);
    const one = optionsOf(changes[i], 'State.commit: change ' + (i + 1), changed), op = one.op ?? one.operation;
    delete one.operation;
    one.op = operations[op] ?? op;
    one.scope ??= 'global';
    if (one.op === 'put') checkValue(one.value, 'State.commit: change ' + (i + 1));
    add(all, one);
  }
  return settled(commitRaw(all));
};

const scopeOf = (scope, what) => (scope === undefined || scope === null ? 'global' : nameOf(scope, what, 'scope'));
const listOptions = (options, what) => {
  const prefix = word(options);
  return prefix === undefined ? optionsOf(options, what, listed) : { __proto__: null, prefix };
};

// {entries: [{key, version, expires_at, value}], next}: at most 1,000 in the order of their keys. `options`: prefix,
// after (the `next` of the page before), limit, values.
members.page = async (scope, options) => {
  const page = list(scopeOf(scope, 'State.page'), listOptions(options, 'State.page'));
  return { entries: page[0], next: page[1] };
};

// Calls `main` with every entry, or as many as `limit` says.
const each = (scope, options, what, values, main) => {
  const all = listOptions(options, what);
  if (values) all.values = true;
  for (let left = all.limit; ; ) {
    const page = list(scope, all), entries = page[0], next = page[1];
    for (let i = 0; i < entries.length; i++) main(entries[i]);
    if (left !== undefined) all.limit = left -= entries.length;
    if (next === undefined || left <= 0) return;
    all.after = next;
  }
};

// The keys in their order. `options`: a prefix, or prefix, after, limit.
members.list_keys = async (scope, options) => {
  const keys = [];
  each(scopeOf(scope, 'State.list_keys'), options, 'State.list_keys', false, (entry) => add(keys, entry.key));
  return keys;
};

// An object from keys to values.
members.all = async (scope, options) => {
  const all = {};
  each(scopeOf(scope, 'State.all'), options, 'State.all', true, (entry) => put(all, entry.key, entry.value));
  return all;
};

// Deletes every key of a scope: how many.
members.clear = async (scope) => {
  if (scope === undefined || scope === null) raise('State.clear takes a scope: it deletes all keys of it');
  const all = guest.list();
  add(all, { __proto__: null, op: 'clear', scope: nameOf(scope, 'State.clear', 'scope') });
  return (await settled(commitRaw(all))).changes[0].existed;
};

// The scopes in which there is something.
members.scopes = async () => {
  const all = [];
  for (let after; ; ) {
    const some = scopes(after);
    for (let i = 0; i < some.length; i++) add(all, some[i]);
    if (some.length < 1000) return all;
    after = some[999];
  }
};
