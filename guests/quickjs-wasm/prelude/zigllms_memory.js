// State as zigllms spells it: one memory of keys, in the scope "memory".
// Names: zigllms.memory.
// After: state_backup.
const { method, raise, word, typeName, put, add, state, messages: say } = guest;
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

const memory = {};
for (const name in guest.zigllms.memory) put(memory, name, { ...guest.zigllms.memory[name] });

method(memory, 'store', async (key, value, options) => save(SCOPE, key, value, options));
method(memory, 'retrieve', async (key) => load(SCOPE, key));
method(memory, 'delete', async (key) => remove(SCOPE, key));
method(memory, 'list_keys', async (pattern) => {
  if (pattern === undefined || pattern === null) return listKeys(SCOPE);
  const wanted = word(pattern);
  if (wanted === undefined) raise(say.takes_text('zigllms.memory.list_keys', "a pattern such as 'user_*'", typeName(pattern)));
  const star = apply(indexOf, wanted, ['*']), found = [];
  const all = await listKeys(SCOPE, apply(slice, wanted, [0, star < 0 ? wanted.length : star]));
  for (let i = 0; i < all.length; i++) if (matches(all[i], wanted)) add(found, all[i]);
  return found;
});
method(memory, 'clear', async () => clear(SCOPE));
method(memory, 'get_stats', async () => ({ keys: (await listKeys(SCOPE)).length, usage: await usage() }));

method(memory, 'persist', async () => raise('zigllms.memory.persist: ' + say.is_kept()));
method(memory, 'load', async () => raise('zigllms.memory.load: ' + say.is_kept()));
return memory;
