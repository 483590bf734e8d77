// Messages for the operator and the author: console.warn, Logger.info and their like.
// After: output.
const { write } = raw.log;
const { define, show, format } = guest;

guest.remark = (message) => write(3, message, undefined);

define(globalThis, 'Logger', {});
const { levels } = guest.lists;
for (let i = 0; i < levels.length; i++) {
  Logger[levels[i]] = (message, fields) => write(i, show([message]), fields ?? undefined);
  console[levels[i]] = (...values) => write(i, format(values), undefined);
}

// Another dialect's name.
define(globalThis, 'log', Logger);
