// Streaming: what a function yields, one value at a time, when it is asked for. The function is a generator, or one that
// awaits Streaming.yield(value).
// Names: Streaming.
// After: names, task.
const { raise, add, define, namespace, method, strict, messages: say, typeName } = guest;
const { apply } = Reflect;
const { setPrototypeOf } = Object;
const { splice } = Array.prototype;
const OwnPromise = Promise;
const { then } = Promise.prototype;
const asyncIterator = Symbol.asyncIterator, iterator = Symbol.iterator;
const get = WeakMap.prototype.get, set = WeakMap.prototype.set, known = new WeakMap();

// The functions that are at work on their next value: where there is one, Streaming.yield is for that.
const active = [];
const begin = (state) => add(active, state);
const end = (state) => {
  for (let i = 0; i < active.length; i++) if (active[i] === state) apply(splice, active, [i--, 1]);
};

// An iterator from a function that yields by calls: it runs while somebody asks for its next value.
const pushed = (main) => {
  const state = { __proto__: null, wanted: undefined, go: undefined, over: false };
  state.yield = (value) => new OwnPromise((go) => {
    if (!state.wanted) return raise('a stream gives one value at a time: await what yields it');
    const { keep } = state.wanted;
    state.go = go;
    state.wanted = undefined;
    end(state);
    return keep({ value, done: false });
  });
  const finish = (settle, value) => {
    state.over = true;
    end(state);
    if (settle) settle(value);
  };
  return {
    next: () => new OwnPromise((keep, fail) => {
      if (state.over) return keep({ value: undefined, done: true });
      state.wanted = { keep, fail };
      begin(state);
      if (state.go) return state.go();
      const over = (value) => finish(state.wanted?.keep, { value, done: true }), failed = (error) => finish(state.wanted?.fail, error);
      try {
        const made = main(state.yield);
        if (typeof made?.then === 'function') apply(then, OwnPromise.resolve(made), [over, failed]);
        else over(made);
      } catch (error) {
        failed(error);
      }
      return undefined;
    }),
    return: async () => {
      finish();
      return { value: undefined, done: true };
    },
  };
};

const own = (stream, what) => apply(get, known, [stream]) ?? raise(what + ': call it on a stream, as stream.next()');

// Goes on to the next value, unless one is ready.
const advance = async (state) => {
  if (state.ready || state.over) return;
  if (state.asked) raise('the stream is being asked for its next value already: wait for that');
  state.asked = true;
  try {
    if (!state.steps) {
      const { main } = state;
      let made;
      if (state.generates) made = main();
      state.steps = made?.[asyncIterator] ? made[asyncIterator]() : made?.[iterator] ? made[iterator]() : pushed(main);
    }
    const step = await state.steps.next();
    if (step.done) state.over = true;
    else { state.ready = true; state.value = step.value; }
  } catch (error) {
    state.over = true;
    throw error;
  } finally {
    state.asked = false;
  }
};
const take = async (state) => {
  await advance(state);
  const { value } = state;
  state.ready = false;
  state.value = undefined;
  return value;
};

const methods = {};
// A promise of the next value; of undefined when there are no more.
method(methods, 'next', function () { return take(own(this, 'stream.next')); });
method(methods, 'is_done', async function () {
  const state = own(this, 'stream.isDone');
  await advance(state);
  return state.over;
});
// All that are left, as a list.
method(methods, 'collect', async function () {
  const state = own(this, 'stream.collect'), all = [];
  for (await advance(state); !state.over; await advance(state)) add(all, await take(state));
  return all;
});
method(methods, 'close', async function () {
  const state = own(this, 'stream.close');
  if (!state.over && state.steps?.return) await state.steps.return();
  state.over = true;
  state.ready = false;
  state.value = undefined;
});
define(methods, asyncIterator, function () {
  const state = own(this, 'for await'), stream = this;
  return {
    async next() {
      await advance(state);
      return state.over ? { value: undefined, done: true } : { value: await take(state), done: false };
    },
    async return() { await stream.close(); return { value: undefined, done: true }; },
  };
});
setPrototypeOf(methods, strict(methods, 'a stream'));

const generators = { __proto__: null, GeneratorFunction: true, AsyncGeneratorFunction: true };
const create = (main) => {
  if (typeof main !== 'function') raise(say.takes_function('Streaming.create', typeName(main)));
  const stream = setPrototypeOf({}, methods);
  apply(set, known, [stream, { __proto__: null, main, generates: main.constructor?.name in generators }]);
  return stream;
};

return namespace({
  __proto__: null, create, new: create,
  yield: (value) => {
    if (active.length === 1) return active[0].yield(value);
    if (active.length) raise('several streams are at work: their functions get what to call in place of Streaming.yield');
    return raise('Streaming.yield is for the function that Streaming.create was given');
  },
}, 'Streaming');
