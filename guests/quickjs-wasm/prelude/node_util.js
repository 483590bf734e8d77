// Of node's modules util, timers/promises and url what has a meaning here.
// After: file, node_assert, show, timer, url.
const { raise, typeName, modules, show, format, messages: say } = guest;

const promisify = (work) => {
  if (typeof work !== 'function') raise(say.takes_function('util.promisify', typeName(work)));
  return function (...given) {
    return new Promise((resolve, reject) => work.call(this, ...given, (error, value) => (error ? reject(error) : resolve(value))));
  };
};
const callbackify = (work) => (...given) => {
  const callback = given.pop();
  work(...given).then((value) => queueMicrotask(() => callback(null, value)), (error) => queueMicrotask(() => callback(error)));
};
const isDeepStrictEqual = (one, other) => guest.sameValue(one, other);
modules.util = {
  promisify, callbackify, isDeepStrictEqual, format: (...given) => format(given), inspect: (value) => show([value]),
  deprecate: (work) => work, inherits: (child, parent) => void Object.setPrototypeOf(child.prototype, parent.prototype),
  TextEncoder, TextDecoder, types: { isPromise: (value) => value instanceof Promise, isDate: (value) => value instanceof Date },
};
// So that `const util = require("util")` loses nothing.
for (const name of Object.getOwnPropertyNames(util)) modules.util[name] ??= util[name];
modules['timers/promises'] = {
  setTimeout: (milliseconds, value) => new Promise((resolve) => setTimeout(() => resolve(value), milliseconds)),
  setImmediate: (value) => new Promise((resolve) => setTimeout(() => resolve(value), 0)),
  scheduler: { wait: (milliseconds) => util.sleep(milliseconds) },
};
modules.url = { URL, URLSearchParams };
