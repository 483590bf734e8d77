// What an operation or an asynchronous function of the prelude gives: a promise. To ask one for a field, or to take it
// for a text or a number, is a forgotten `await`.
// After: names.
const { promises } = raw.operation;
const { raise, define, isCommon } = guest;
const { create, setPrototypeOf } = Object;
const { apply } = Reflect;
const { slice } = String.prototype;
const plain = Promise.prototype;

const waiting = {};
for (const name of ['constructor', 'then', 'catch', 'finally']) define(waiting, name, plain[name]);
const refuse = (what) => raise('a promise is no ' + what + ': await it first, as in (await promise)');
define(waiting, Symbol.toPrimitive, (hint) => refuse(hint === 'number' ? 'number' : 'text'));
define(waiting, 'toString', () => refuse('text'));
define(waiting, 'toJSON', () => refuse('JSON'));
setPrototypeOf(waiting, new Proxy(create(plain), {
  __proto__: null,
  get(target, key) {
    if (typeof key === 'symbol' || key in target || isCommon(key)) return target[key];
    const name = apply(slice, key, [0, 60]);
    return raise("a promise has no '" + name + "': await it first, as in (await promise)." + name);
  },
  set(target, key, value, receiver) {
    guest.put(receiver, key, value);
    return true;
  },
}));
promises(waiting);
