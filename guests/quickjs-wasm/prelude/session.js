// Session: what belongs together across runs. Each function gives a promise.
// After: state.
const { create, get, list, update, turn, delete: remove, current, setCurrent } = raw.session;
const { drive, raise, word, put, add, empty, define, namespace, typeName, storedOptions, messages: say } = guest;
const { session: alias, session_options: same } = guest.aliases;
const { session_options: created, session_list: listed } = guest.sets;
const { session_builder: steps } = guest.lists;
const { getOwnPropertyNames } = Object;

const members = { __proto__: null };

const inWords = (options, what, known) => {
  const given = storedOptions(options, what, known), all = empty();
  for (let i = 0, names = getOwnPropertyNames(given); i < names.length; i++) {
    const own = same[names[i]] ?? names[i];
    if (all[own] !== undefined) raise(say.given_twice(what, own));
    all[own] = given[names[i]];
  }
  return all;
};

const isNothing = (value) => value === undefined || value === null;

// The id of a session, or of the current one. What Session.get gives stands for its id as well.
const idOf = (id, what) => {
  if (typeName(id) === 'object') id = id.id;
  if (isNothing(id)) id = current() ?? raise(say.no_session(what));
  return word(id) ?? raise(say.takes_text(what, "a session's id", typeName(id)));
};

// Its id. `options`: id, name, description, tags, parent_session_id, custom_metadata, ttl (seconds), ttl_ms, expires_at.
members.create = async (options) => {
  const name = word(options);
  return (await drive(create(inWords(isNothing(name) ? options : { name }, 'Session.create', created)))).id;
};

// All that is known of it, or undefined.
const look = (id) => get(id) ?? undefined;
members.get = async (id) => look(idOf(id, 'Session.get'));
// The same, where it has to be there.
members.load = async (id) => {
  const own = idOf(id, 'Session.load');
  return look(own) ?? raise(say.session_missing('Session.load', own));
};
members.exists = async (id) => look(idOf(id, 'Session.exists')) !== undefined;

// A page: {sessions, next}. `query`: tags, status, limit, after.
members.page = async (query) => list(storedOptions(query, 'Session.page', listed));
// All that fit, or as many as `limit` says.
members.list = async (query) => {
  const all = storedOptions(query, 'Session.list', listed), found = [];
  for (let left = all.limit; ;) {
    const page = list(all);
    for (let i = 0; i < page.sessions.length; i++) add(found, page.sessions[i]);
    if (left !== undefined) all.limit = left -= page.sessions.length;
    if (page.next === undefined || left <= 0) return found;
    all.after = page.next;
  }
};

// (id, changes) or (changes): the session as it is then.
members.update = async (id, changes) => {
  if (changes === undefined && typeName(id) === 'object' && id.id === undefined) [id, changes] = [undefined, id];
  return drive(update(idOf(id, 'Session.update'), inWords(changes, 'Session.update', created)));
};
// What is changed is kept at once; this only says when it was last asked for.
members.save = async (id, changes) => {
  await drive(update(idOf(id, 'Session.save'), inWords(changes, 'Session.save', created)));
  return true;
};
for (const to of ['suspend', 'resume', 'complete']) members[to] = async (id) => drive(turn(idOf(id, 'Session.' + to), to));
// Whether there was one. All that belongs to it goes as well.
members.delete = async (id) => drive(remove(idOf(id, 'Session.delete')));

members.get_current = async () => current();
members.set_current = async (id) => {
  const own = isNothing(id) ? undefined : idOf(id, 'Session.set_current');
  setCurrent(own);
  return own;
};

// Spells replay no runs: records are files of whoever runs them.
members.can_replay = async (id) => {
  idOf(id, 'Session.can_replay');
  return false;
};
members.list_replayable = async () => [];
members.replay = async () => raise(say.no_replay('Session.replay'));
members.get_replay_metadata = async () => raise(say.no_replay('Session.get_replay_metadata'));

// Session.builder().name(…).tag(…).build()
members.builder = () => {
  const options = empty(), functions = { __proto__: null };
  let builder;
  for (const name of steps) {
    functions[name] = (value) => {
      options[name] = value;
      return builder;
    };
  }
  functions.tag = (tag) => {
    options.tags ??= [];
    add(options.tags, tag);
    return builder;
  };
  functions.metadata = (key, value) => {
    options.custom_metadata ??= {};
    if (typeName(key) === 'object') for (let i = 0, names = getOwnPropertyNames(key); i < names.length; i++) put(options.custom_metadata, names[i], key[names[i]]);
    else put(options.custom_metadata, key, value);
    return builder;
  };
  functions.build = async () => members.create(options);
  builder = namespace(functions, "a session's builder");
  return builder;
};

for (const name of getOwnPropertyNames(alias)) members[name] = members[alias[name]];
define(globalThis, 'Session', namespace(members, 'Session'));
