// promise: another dialect's names for JavaScript's own promises.
// Names: promise.
// After: names, timer.
const { define, namespace, raise, typeName, messages: say } = guest;
const OwnPromise = Promise;
const { resolve, reject, all, race, any, allSettled } = Promise;
const { apply } = Reflect;
const { then } = Promise.prototype;

const on = (main) => (given) => apply(main, OwnPromise, [given]);
const run = (main, ...given) => {
  if (typeof main !== 'function') raise(say.takes_function('promise.run', typeName(main)));
  return apply(then, apply(resolve, OwnPromise, []), [() => main(...given)]);
};
const delay = async (milliseconds, value) => {
  await guest.sleep(milliseconds, 'promise.delay');
  return value;
};
return namespace({
  __proto__: null, run, async: run, spawn: run, delay, sleep: delay,
  new: (main) => new OwnPromise(main),
  resolve: on(resolve), reject: on(reject), all: on(all), race: on(race), any: on(any), all_settled: on(allSettled),
  is_promise: (value) => value instanceof OwnPromise,
}, 'promise');
