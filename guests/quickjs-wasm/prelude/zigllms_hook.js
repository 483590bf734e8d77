// Hooks as zigllms spells them: ids instead of handles.
// Names: zigllms.hook.
// After: hook.
const { put } = guest;
const { register, compose, execute } = Hook;

const own = {
  register: (name, main, priority) => guest.hookId(register(name, main, priority)),
  compose: (parts, kind, point) => guest.hookId(compose(parts, kind, point)),
  execute: async (name, data) => (await execute(name, data)).results,
};
for (const name of ['unregister', 'list', 'enable', 'disable', 'get_info', 'getInfo', 'clear']) put(own, name, Hook[name]);
for (const name in guest.zigllms.hook) put(own, name, { ...guest.zigllms.hook[name] });
return own;
