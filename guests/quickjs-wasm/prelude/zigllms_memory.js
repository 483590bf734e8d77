// State as zigllms spells it: one memory of keys, in the scope "memory".
const { define, method, raise, word, typeName, add, state } = guest;
const { load, save, delete: remove, list_keys: listKeys, clear, get_storage_usage: usage } = state;
const { apply } = Reflect;
const { slice, indexOf } = String.prototype;

const SCOPE = 'memory';
const letter = (text, place) => apply(slice, text, [place, place + 1]);

// Where `*` stands for anything.
const matches = (name, pattern) => {
  let i = 0, j = 0, star = -1, back = 0;
  while (i < name.length) {
    const wanted = letter(pattern, j);
    if (wanted === '*') {
      star = j++;
      back = i;
    } else if (wanted === letter(name, i)) {
      i++;
      j++;
    } else if (star >= 0) {
      i = ++back;
      j = star + 1;
    } else return false;
  }
  while (letter(pattern, j) === '*') j++;
  return j >= pattern.length;
};

if (!globalThis.zigllms) define(globalThis, 'zigllms', {});
zigllms.memory = {
  Type: { SHORT_TERM: 'short_term', LONG_TERM: 'long_term' },
  Scope: { GLOBAL: 'global', AGENT: 'agent', SESSION: 'session', WORKFLOW: 'workflow' },
};
const memory = zigllms.memory;

method(memory, 'store', async (key, value, options) => save(SCOPE, key, value, options));
method(memory, 'retrieve', async (key) => load(SCOPE, key));
method(memory, 'delete', async (key) => remove(SCOPE, key));
method(memory, 'list_keys', async (pattern) => {
  if (pattern === undefined || pattern === null) return listKeys(SCOPE);
  const wanted = word(pattern);
  if (wanted === undefined) raise("zigllms.memory.list_keys takes a pattern such as 'user_*', a text, not a " + typeName(pattern));
  const star = apply(indexOf, wanted, ['*']), found = [];
  const all = await listKeys(SCOPE, apply(slice, wanted, [0, star < 0 ? wanted.length : star]));
  for (let i = 0; i < all.length; i++) if (matches(all[i], wanted)) add(found, all[i]);
  return found;
});
method(memory, 'clear', async () => clear(SCOPE));
method(memory, 'get_stats', async () => ({ keys: (await listKeys(SCOPE)).length, usage: await usage() }));

const kept = 'what is stored is kept already, and a spell has no files: State.backup makes a copy, State.restore puts it back';
method(memory, 'persist', async () => raise('zigllms.memory.persist: ' + kept));
method(memory, 'load', async () => raise('zigllms.memory.load: ' + kept));
