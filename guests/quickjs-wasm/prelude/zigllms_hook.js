// Hooks as zigllms spells them: ids instead of handles.
// Names: zigllms.hook.
// After: hook.
const { put, typeName } = guest;
const { register, compose, execute } = Hook;

const own = {
  // With {type: 'around'}: before and after what the point is about; 'pre', 'post' and 'error' likewise.
  register: (name, main, options) => {
    const { type, hook_type, hookType, ...rest } = typeName(options) === 'object' ? options : {}, kind = type ?? hook_type ?? hookType;
    return guest.hookId(kind === undefined ? register(name, main, options) : compose([register(name, main, rest)], kind, name));
  },
  compose: (parts, kind, point) => guest.hookId(compose(parts, kind, point)),
  execute: async (name, data) => (await execute(name, data)).results,
};
for (const name of ['unregister', 'list', 'enable', 'disable', 'get_info', 'getInfo', 'clear']) put(own, name, Hook[name]);
for (const name in guest.zigllms.hook) put(own, name, { ...guest.zigllms.hook[name] });
return own;
