// storage: another dialect's State, without scopes, and its text files.
// After: file, state.
const { define, namespace, state } = guest;
const { load, save, exists, delete: remove, list_keys: listKeys } = state;
const { readFileSync, writeFileSync } = guest.modules.fs;

const has = async (key) => exists('global', key), drop = async (key) => remove('global', key), keys = async (prefix) => listKeys('global', prefix);
define(globalThis, 'storage', namespace({
  __proto__: null, has, exists: has, remove: drop, delete: drop, keys, list: keys,
  get: async (key, otherwise) => load('global', key, otherwise),
  set: async (key, value, options) => save('global', key, value, options),
  // The whole text of a file.
  read: async (path) => readFileSync(path, 'utf8'),
  write: async (path, content) => {
    writeFileSync(path, content);
    return true;
  },
}, 'storage'));
