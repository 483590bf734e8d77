// Hooks as zigllms spells them: ids instead of handles.
// After: hook.
const { define, put } = guest;
const { register, compose, execute } = Hook;

if (!globalThis.zigllms) define(globalThis, 'zigllms', {});
zigllms.hook = {
  register: (name, main, priority) => guest.hookId(register(name, main, priority)),
  compose: (parts, kind, point) => guest.hookId(compose(parts, kind, point)),
  execute: async (name, data) => (await execute(name, data)).results,
};
for (const name of ['unregister', 'list', 'enable', 'disable', 'get_info', 'getInfo', 'clear']) put(zigllms.hook, name, Hook[name]);
for (const name in guest.zigllms.hook) put(zigllms.hook, name, { ...guest.zigllms.hook[name] });
