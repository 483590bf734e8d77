// Task: work that overlaps. A task ends with its parent at the latest, and an error in it is never lost. Awaiting one
// gives its result; besides, it can be cancelled.
// After: lifetime, operation.
const { react, handle: makeHandle } = raw.task;
const { define, method, raise, failure, typeName, add, sleep, within } = guest;
const { newTask, startTask, cancelTask, watchTask, observeTask, waitIn, currentTask } = guest;
const { apply } = Reflect;
const { isArray } = Array;
const { then: thenOf, finally: finallyOf } = Promise.prototype;
const mapGet = WeakMap.prototype.get, mapSet = WeakMap.prototype.set;

const known = new WeakMap(); // what a spell holds -> the task
const find = (handle) => apply(mapGet, known, [handle]);
const taskOf = (handle) => find(handle) ?? raise('not a task: call its methods on it, as task.cancel()');

const methods = {};
const handleOf = (task) => {
  const handle = makeHandle(methods);
  apply(mapSet, known, [handle, task]);
  return handle;
};

// Its function begins when the spell waits for anything.
const spawn = (main, given) => {
  const task = newTask(currentTask(), within());
  if (!task) throw failure('handles', '1000 tasks are unfinished: await or cancel some first');
  react(undefined, () => startTask(task, main, given));
  return task;
};

// A promise of what the task gives, for the current one.
const join = (task) => {
  if (task === currentTask()) raise("a task can't wait for itself");
  return waitIn((end) => {
    if (!task.over) return watchTask(task, () => end(task.value, !task.ok));
    observeTask(task);
    end(task.value, !task.ok);
  });
};

method(methods, 'await', function () { return join(taskOf(this)); });
for (const name of ['join', 'wait']) method(methods, name, methods.await);
define(methods, 'then', function (kept, broken) {
  const task = taskOf(this);
  if (task !== currentTask()) return apply(thenOf, join(task), [kept, broken]);
  const problem = () => raise("a task can't wait for itself");
  return apply(thenOf, apply(thenOf, waitIn((end) => end(undefined, false)), [problem]), [kept, broken]);
});
define(methods, 'catch', function (broken) { return this.then(undefined, broken); });
define(methods, 'finally', function (last) { return apply(finallyOf, join(taskOf(this)), [last]); });

// A promise of whether there was something to cancel, for when it is over: what it does in a `finally` may take time.
method(methods, 'cancel', function () {
  const task = taskOf(this);
  if (task === currentTask()) raise("a task can't cancel itself: return, or throw an error");
  const some = cancelTask(task);
  return waitIn((end) => (task.over ? end(some, false) : watchTask(task, () => { end(some, false); return false; })));
});
method(methods, 'is_done', function () { return taskOf(this).over; });
const status = (task) => {
  if (task.over) return task.ok ? 'done' : task.cancelled ? 'cancelled' : 'failed';
  if (task === currentTask()) return 'running';
  return task.started ? 'waiting' : 'ready';
};
method(methods, 'status', function () { return status(taskOf(this)); });
guest.taskText = (handle) => 'task: ' + status(taskOf(handle));
define(methods, 'toString', function () { return guest.taskText(this); });

const isThenable = (value) => typeof value === 'object' && value !== null && typeof value.then === 'function';

// Tasks of a list that may hold functions and promises, too; those are spawned.
const tasksIn = (list, what) => {
  if (!isArray(list)) raise(what + ' takes a list of tasks, functions or promises, not a ' + typeName(list));
  const found = [];
  for (let i = 0; i < list.length; i++)
    if (!find(list[i]) && typeof list[i] !== 'function' && !isThenable(list[i]))
      raise(what + ' takes tasks, functions or promises: number ' + (i + 1) + ' of the list is a ' + typeName(list[i]));
  for (let i = 0; i < list.length; i++) add(found, asTask(list[i]));
  return found;
};
const asTask = (entry) => find(entry) ?? spawn(typeof entry === 'function' ? entry : () => entry, []);

const cancelAll = (found) => {
  for (let i = 0; i < found.length; i++) cancelTask(found[i]);
};

// A promise for when all are over, or `settles` is true for one that is: of that one's place, else undefined.
const waitFor = (found, settles) => {
  for (let i = 0; i < found.length; i++) if (found[i] === currentTask()) raise("a task can't wait for itself");
  return waitIn((end) => {
    let left = found.length, waiting = true;
    if (!left) return end(undefined, false);
    for (let i = 0; i < found.length; i++) {
      const task = found[i];
      const over = () => {
        left--;
        const was = waiting;
        if (waiting && (settles(task) || !left)) waiting = !end(settles(task) ? i : undefined, false) && waiting;
        return was;
      };
      if (task.over) {
        observeTask(task);
        over();
      } else watchTask(task, over);
    }
  });
};

const resultOf = (task) => {
  if (!task.ok) throw task.value;
  return task.value;
};
const fails = (task) => !task.ok, succeeds = (task) => task.ok, ends = () => true;

define(globalThis, 'Task', {});
const spawnTask = (main, ...given) => {
  if (typeof main !== 'function') raise(guest.messages.takes_function('Task.spawn', typeName(main)));
  return handleOf(spawn(main, given));
};
for (const name of ['spawn', 'new', 'run', 'async']) method(Task, name, spawnTask);

// With {signal} they are cancelled when that is aborted.
const untilAborted = (options, what, found, main) => {
  const signal = guest.signalIn(options, what);
  return guest.workUntil(signal, main, () => cancelAll(found));
};

// The results in order of the list. The first error cancels the others.
method(Task, 'all', async (list, options) => {
  const found = tasksIn(list, 'Task.all');
  return untilAborted(options, 'Task.all', found, () => resultsOf(found));
});
const resultsOf = async (found) => {
  const failed = await waitFor(found, fails), results = [];
  if (failed !== undefined) {
    cancelAll(found);
    throw found[failed].value;
  }
  for (let i = 0; i < found.length; i++) add(results, found[i].value);
  return results;
};

// {status, value or reason} of each, in order of the list. No error cancels the others.
method(Task, 'all_settled', async (list, options) => {
  const what = 'Task.all_settled', found = tasksIn(list, what);
  return untilAborted(options, what, found, async () => {
    await waitFor(found, () => false);
    const all = [];
    for (let i = 0; i < found.length; i++)
      add(all, found[i].ok ? { status: 'fulfilled', value: found[i].value } : { status: 'rejected', reason: found[i].value });
    return all;
  });
});

const first = async (list, settles, what, options) => {
  const found = tasksIn(list, what);
  if (!found.length) raise(what + ' takes at least one task');
  return untilAborted(options, what, found, async () => {
    const place = await waitFor(found, settles);
    cancelAll(found);
    return resultOf(found[place ?? 0]);
  });
};

// The result of the first that succeeds; the others are cancelled. If none does, the error of the first in the list.
method(Task, 'any', (list, options) => first(list, succeeds, 'Task.any', options));

// The result of the first that ends, or its error; the others are cancelled.
method(Task, 'race', (list, options) => first(list, ends, 'Task.race', options));

// The task's result, or a failure "timeout", and then the task is cancelled.
const timeout = async (milliseconds, main, what = 'Task.timeout') => {
  const clock = spawn(sleep, [milliseconds, what]), task = asTask(main), settled = await waitFor([task, clock], ends);
  cancelTask(clock);
  if (settled === 0) return resultOf(task);
  cancelTask(task);
  resultOf(clock);
  throw failure('timeout', 'the task took more than ' + milliseconds + ' ms');
};
method(Task, 'timeout', async (milliseconds, main, options) => {
  if (!find(main) && typeof main !== 'function' && !isThenable(main))
    raise('Task.timeout takes milliseconds and a function, a task or a promise, not a ' + typeName(main));
  if (options === undefined) return timeout(milliseconds, main);
  const task = asTask(main);
  return untilAborted(options, 'Task.timeout', [task], () => timeout(milliseconds, handleOf(task)));
});
guest.timeout = timeout;

method(Task, 'sleep', (milliseconds, options) => sleep(milliseconds, 'Task.sleep', options));
