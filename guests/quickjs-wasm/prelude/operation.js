// Whatever takes time: a promise of what an operation gives.
// After: value.
raw.operation.setup();
const { drive, pull, sleep, close, atEnd } = raw.operation;
const { define, raise } = guest;
const { ceil } = Math;

guest.drive = drive;

// What is to be done when the main chunk has ended: functions that may be asynchronous, one after the other.
const finishers = { __proto__: null };
let finisherCount = 0;
const finish = async () => {
  for (let i = 0; i < finisherCount; i++) await finishers[i]();
};
guest.atEnd = (finisher, first) => {
  if (!finisherCount) atEnd(finish);
  if (first) for (let i = finisherCount; i > 0; i--) finishers[i] = finishers[i - 1];
  finishers[first ? 0 : finisherCount] = finisher;
  finisherCount++;
};

// What an operation streams, for `for await`; `chunk` and `last` make values of its steps. Leaving the loop early stops
// the work, down to a provider's request.
const asyncIterator = Symbol.asyncIterator;
guest.stream = (operation, chunk, last) => {
  let over = false;
  const end = (step) => {
    over = step.done;
    if (!over && chunk) step.value = chunk(step.value);
    return step;
  };
  const stop = (value) => {
    over = true;
    close(operation);
    return { value, done: true };
  };
  return {
    async next() { return over ? { value: undefined, done: true } : end(await pull(operation, last)); },
    async return(value) { return stop(value); },
    async throw(error) { stop(); throw error; },
    [asyncIterator]() { return this; },
  };
};

guest.sleep = (milliseconds, what, options) => {
  if (typeof milliseconds !== 'number') raise(what + ' takes milliseconds, a number, not a ' + typeof milliseconds);
  if (!(milliseconds >= 0 && milliseconds <= 1e12)) raise(what + ' takes 0 to 1e12 milliseconds, not ' + milliseconds);
  return options === undefined ? drive(sleep(ceil(milliseconds))) : guest.until(guest.signalIn(options, what), () => sleep(ceil(milliseconds)));
};
define(globalThis, 'util', {});
define(util, 'sleep', (milliseconds, options) => guest.sleep(milliseconds, 'util.sleep', options));
