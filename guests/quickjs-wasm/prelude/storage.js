// storage: another dialect's State, without scopes.
// After: state.
const { define, namespace, state } = guest;
const { load, save, exists, delete: remove, list_keys: listKeys } = state;

define(globalThis, 'storage', namespace({
  __proto__: null,
  get: async (key, otherwise) => load('global', key, otherwise),
  set: async (key, value, options) => save('global', key, value, options),
  exists: async (key) => exists('global', key),
  delete: async (key) => remove('global', key),
  list: async (prefix) => listKeys('global', prefix),
}, 'storage'));
