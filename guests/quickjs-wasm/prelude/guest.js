// The last of the prelude. What a spell was given goes into the first three when a run begins: src/request.c.
const { define } = guest;

define(globalThis, 'params', undefined);
define(globalThis, 'ARGS', undefined);
define(globalThis, 'arg', undefined);

// A name that is not there is an error that tells the nearest.
for (const name of ['Task', 'Event', 'Hook', 'Alert', 'util', 'Logger'])
  Object.setPrototypeOf(globalThis[name], guest.strict(globalThis[name], name));

guest.noteNamespaces();
