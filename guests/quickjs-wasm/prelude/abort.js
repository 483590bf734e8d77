// AbortController and AbortSignal: ending work from outside, down to the request to a provider. What takes a `signal` goes
// by way of guest.until.
// After: lifetime, operation.
const { drive, pull, sleep, close, listen } = raw.operation;
const { elapsed } = raw.clock; // nanoseconds
const { promise, settle, react } = raw.task;
const { define, raise, add, failure, atEnd, inside, within, newTask, startTask, watchTask, cancelTask, currentTask, typeName } = guest;
const { apply } = Reflect;
const { ceil, max } = Math;
const { defineProperty } = Object;
const OwnException = DOMException, laterOn = queueMicrotask, iteratorOf = Symbol.iterator;

const made = Symbol();
let state; // signal -> its state; undefined: none

class AbortSignal {
  #state = { __proto__: null, aborted: false, reason: undefined, steps: [], listeners: [], dependents: [], handler: null };
  constructor(by) {
    if (by !== made) raise('an AbortSignal comes from new AbortController(), AbortSignal.timeout(milliseconds) or AbortSignal.any(signals)');
  }
  static { state = (value) => (typeof value === 'object' && value !== null && #state in value ? value.#state : undefined); }
  get aborted() { return this.#state.aborted; }
  get reason() { return this.#state.reason; }
  get onabort() { return this.#state.handler; }
  set onabort(handler) { this.#state.handler = typeof handler === 'function' ? handler : null; }
  throwIfAborted() { if (this.#state.aborted) throw this.#state.reason; }
  addEventListener(type, listener, options) {
    const { listeners } = this.#state, once = typeof options === 'object' && options !== null && !!options.once;
    if (type !== 'abort') raise("an AbortSignal has the event 'abort', and not '" + type + "'");
    if (listener === null || listener === undefined) return;
    if (typeof listener !== 'function' && typeof listener !== 'object') raise(guest.messages.takes_function('AbortSignal.addEventListener', typeof listener));
    for (let i = 0; i < listeners.length; i++) if (listeners[i].listener === listener) return;
    add(listeners, { __proto__: null, listener, once });
  }
  removeEventListener(type, listener) {
    const kept = [], { listeners } = this.#state;
    for (let i = 0; i < listeners.length; i++) if (listeners[i].listener !== listener) add(kept, listeners[i]);
    this.#state.listeners = kept;
  }
  static abort(reason) {
    const signal = new AbortSignal(made);
    abort(signal, reason);
    return signal;
  }
  static timeout(milliseconds) {
    if (typeof milliseconds !== 'number' || !(milliseconds >= 0 && milliseconds <= 1e12)) raise('AbortSignal.timeout takes 0 to 1e12 milliseconds, not ' + guest.show([milliseconds]));
    const signal = new AbortSignal(made);
    start(signal, milliseconds);
    return signal;
  }
  // Aborted with the first of these.
  static any(signals) {
    if (typeof signals !== 'object' || typeof signals?.[iteratorOf] !== 'function') raise('AbortSignal.any takes a list of signals, not a ' + typeName(signals));
    const signal = new AbortSignal(made), all = [...signals];
    for (let i = 0; i < all.length; i++) {
      const source = stateOf(all[i], 'AbortSignal.any');
      if (!source.aborted) continue;
      abort(signal, source.reason);
      return signal;
    }
    for (let i = 0; i < all.length; i++) add(state(all[i]).dependents, signal);
    return signal;
  }
}

const stateOf = (signal, what) => state(signal) ?? raise(what + ': a signal must be an AbortSignal, not a ' + typeName(signal));

const call = (signal, listener) => {
  const event = { type: 'abort', target: signal, currentTarget: signal };
  try {
    if (typeof listener === 'function') apply(listener, signal, [event]);
    else listener.handleEvent(event);
  } catch (problem) {
    laterOn(() => { throw problem; }); // as nobody can catch it, it ends the run
  }
};

const abort = (signal, reason) => {
  const about = state(signal), told = [];
  if (about.aborted) return;
  if (reason === undefined) reason = new OwnException('This operation was aborted', 'AbortError');
  const mark = (one) => {
    const known = state(one);
    if (known.aborted) return;
    known.aborted = true;
    known.reason = reason;
    add(told, one);
    for (let i = 0; i < known.dependents.length; i++) mark(known.dependents[i]);
    known.dependents = [];
  };
  mark(signal);
  for (let i = 0; i < told.length; i++) {
    const known = state(told[i]), { steps, listeners, handler } = known;
    known.steps = known.listeners = [];
    for (let j = 0; j < steps.length; j++) steps[j].step?.();
    if (handler) call(told[i], handler);
    for (let j = 0; j < listeners.length; j++) call(told[i], listeners[j].listener);
  }
};

// Calls `step` when it is aborted. Gives a function that forgets it.
const onAbort = (about, step) => {
  const entry = { __proto__: null, step, place: about.steps.length };
  add(about.steps, entry);
  return () => {
    const { steps } = about, last = steps[steps.length - 1];
    entry.step = undefined;
    if (steps[entry.place] !== entry) return;
    steps[entry.place] = last;
    last.place = entry.place;
    steps.length--;
  };
};

class AbortController {
  #signal = new AbortSignal(made);
  get signal() { return this.#signal; }
  abort(reason) { abort(this.#signal, reason); }
}

// --- Timeouts. However many there are, the host keeps one: the next that is due. They keep no run from ending.

const most = 10000, timeouts = { __proto__: null }; // by place, the next first
let count = 0, alarm, alarmAt = Infinity, ending = false, told = false;

const arrange = () => {
  const next = count && !ending ? timeouts[0].due : Infinity;
  if (next === alarmAt) return;
  if (alarm) close(alarm);
  alarm = undefined;
  alarmAt = next;
  if (next === Infinity) return;
  alarm = sleep(max(0, ceil((next - elapsed()) / 1e6)));
  inside(0, undefined, () => react(listen(alarm), fire, () => {}), []); // of no task
};
const fire = () => {
  const { signal } = timeouts[0];
  alarm = undefined;
  alarmAt = Infinity;
  count--;
  for (let i = 0; i < count; i++) timeouts[i] = timeouts[i + 1];
  delete timeouts[count];
  arrange();
  abort(signal, new OwnException('The operation was aborted due to timeout', 'TimeoutError'));
};
const start = (signal, milliseconds) => {
  if (count >= most) raise('AbortSignal.timeout: ' + most + ' timeouts wait already');
  const entry = { __proto__: null, signal, due: elapsed() + milliseconds * 1e6 };
  let place = count++;
  for (; place > 0 && timeouts[place - 1].due > entry.due; place--) timeouts[place] = timeouts[place - 1];
  timeouts[place] = entry;
  if (!told) atEnd(() => { ending = true; arrange(); });
  told = true;
  arrange();
};

// --- For what takes a signal.

// Takes it out of options. Undefined: there is none.
guest.takeSignal = (options, what) => {
  const signal = options.signal ?? options.abort_signal;
  delete options.signal;
  delete options.abort_signal;
  return signal === undefined || signal === null ? undefined : stateOf(signal, what);
};
// The same of options that hold nothing else.
guest.signalIn = (options, what) => {
  if (options === undefined || options === null) return undefined;
  if (typeName(options) !== 'object') raise(what + ' takes {signal} as its options, not a ' + typeName(options));
  const names = Object.getOwnPropertyNames(options), left = { __proto__: null, ...options };
  for (let i = 0; i < names.length; i++)
    if (names[i] !== 'signal') raise(guest.messages.no_option(what, names[i], guest.nearest(names[i], { __proto__: null, signal: 0 })));
  return guest.takeSignal(left, what);
};
guest.signalState = (value) => state(value);
guest.isSignal = (value) => state(value) !== undefined;
guest.refuse = (about) => {
  const refused = promise();
  settle(refused, about.reason, true);
  return refused;
};

// A promise of what an operation gives. `begin` begins it, and is not called where it is aborted already.
guest.until = (about, begin, make) => {
  if (!about) return drive(begin(), make);
  if (about.aborted) return guest.refuse(about);
  const operation = begin(), given = promise(), forget = onAbort(about, () => close(operation, about.reason));
  react(drive(operation, make), (value) => { forget(); settle(given, value, false); }, (problem) => { forget(); settle(given, problem, true); });
  return given;
};
// One step of it.
guest.pullUntil = (about, operation, last) => (about?.aborted ? guest.refuse(about) : pull(operation, last));
// For a stream: closes it when that is aborted. Gives a function that forgets.
guest.closeOnAbort = (about, operation) => (about ? onAbort(about, () => close(operation, about.reason)) : () => {});

// The same for work that is more than one operation: `main` becomes a task, which is cancelled; `also` is done then, too.
guest.workUntil = (about, main, also) => {
  if (!about) return main();
  if (about.aborted) {
    also?.();
    return guest.refuse(about);
  }
  const task = newTask(currentTask(), within()), given = promise();
  if (!task) throw failure('handles', '1000 tasks are unfinished: await or cancel some first');
  const forget = onAbort(about, () => {
    settle(given, about.reason, true);
    cancelTask(task);
    also?.();
  });
  watchTask(task, () => {
    forget();
    settle(given, task.value, !task.ok);
    return true;
  });
  react(undefined, () => startTask(task, main, []));
  return given;
};

for (const one of [AbortSignal, AbortController]) {
  defineProperty(one.prototype, Symbol.toStringTag, { __proto__: null, value: one.name, configurable: true });
  define(globalThis, one.name, one);
}
