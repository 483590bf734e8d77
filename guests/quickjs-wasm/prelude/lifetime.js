// From a task's birth to its end. Nothing outlives its parent: a task is over when its function has ended and all that it
// spawned is over too, and an error that was not awaited is then an error of the parent.
// After: reply.
const { number, now, within, inside, mark, refuses, stop, waits, where, setPlace, copy, promise, settle, react } = raw.task;
const { failure, add, list } = guest;
const { apply } = Reflect;
const { join: joinTexts } = Array.prototype;

const most = 1000; // unfinished tasks
const mostLines = 10; // that a message names
const cancelledMark = 1, goneMark = 2, runningMark = 3; // as task.c has them
const OPEN = 0, AGAIN = 1, OVER = 2; // as task.c has them
let live = 0;

// A task: what others may know of it.
//   number, parent, call       under which the engine knows it, who spawned it, the id of the call that it answers
//   children, open, place      what it spawned, as far as it is not over or failed unnoticed; how many are not over; where it
//                              stands in its parent's list
//   started, outcome           its function has begun; has ended, but its children have not
//   over, ok, value            the end: the result or the error
//   observed                   its error is handled
//   cancelled, doomed, stopped it was cancelled; its function has not ended since; and was told so where it waits
//   joins                      for what other tasks it waits
//   watchers                   functions that are told when it is over
//   calls                      handler.js's
const unborn = {
  __proto__: null, number: 0, parent: undefined, call: undefined, children: undefined, open: 0, place: 0, started: false,
  outcome: undefined, over: false, ok: false, value: undefined, observed: false, cancelled: false, doomed: false, stopped: false,
  reason: undefined, joins: undefined, watchers: undefined, calls: undefined,
};

// Above all tasks. Then the main chunk.
const root = copy(unborn), main = copy(unborn);
main.parent = root;
root.children = list();
root.children[0] = main;
root.open = 1;
main.observed = main.started = true;
guest.copy = copy;
const tasks = { __proto__: null, 0: main }; // by number, as long as they are not over
const doomed = []; // cancelled ones whose functions have not ended

// Lists here inherit nothing and are in no order; each entry knows its place.
const enter = (all, entry) => { all[entry.place = all.length] = entry; };
const leave = (all, entry) => {
  if (!all || all[entry.place] !== entry) return;
  const last = all[all.length - 1];
  all[entry.place] = last;
  last.place = entry.place;
  all.length--;
};

guest.now = now;
guest.within = within;
guest.inside = inside;
guest.currentTask = () => tasks[now()] ?? main;
guest.rootTask = root;

// A task whose function has not begun; undefined if there are too many.
guest.newTask = (parent, call) => {
  if (live >= most) return undefined;
  const task = copy(unborn);
  task.parent = parent;
  task.call = call;
  task.number = number();
  tasks[task.number] = task;
  enter(parent.children ??= list(), task);
  parent.open++;
  live++;
  return task;
};

// From now on the task's error counts as handled.
const observe = (task) => {
  task.observed = true;
  if (task.over) leave(task.parent.children, task);
};
guest.observeTask = observe;

const complete = (task, ok, value) => {
  const { parent, watchers } = task, unnoticed = ok ? task.children?.[0] : undefined;
  task.over = true;
  task.ok = ok && !unnoticed;
  task.value = unnoticed ? unnoticed.value : value;
  task.outcome = undefined;
  if (task.number) live--;
  delete tasks[task.number];
  parent.open--;
  task.watchers = undefined;
  for (let i = 0; watchers && i < watchers.length; i++) if (watchers[i](task)) task.observed = true;
  if (task.ok || task.observed) leave(parent.children, task);
  if (parent.open > 0) return;
  if (parent.outcome) complete(parent, parent.outcome.ok, parent.outcome.value);
  else if (parent.doomed && !parent.stopped) stopWaits(parent);
};

const cancelChildren = (task) => {
  const { children } = task;
  for (let i = children ? children.length - 1 : -1; i >= 0; i--) if (children[i]) cancel(children[i]);
};

// The task's function has ended: with its result, or with an error.
const ended = (task, ok, value) => {
  if (!ok) cancelChildren(task);
  if (task.open === 0) complete(task, ok, value);
  else task.outcome = { __proto__: null, ok, value };
};

const reason = () => failure('cancelled', 'the task was cancelled');

// A cancelled task's function has ended, or can't go on. An error of a `finally` is one that is not awaited.
const endDoomed = (task, ok, value, state) => {
  for (let i = 0, kept = 0; i < doomed.length; i++) if (doomed[i] !== task) doomed[kept++] = doomed[i];
  doomed.length--;
  task.doomed = false;
  mark(task.number, state);
  const own = !ok && value !== task.reason;
  if (own) task.observed = task.cancelled = false;
  ended(task, false, own ? value : task.reason);
};

// Runs its function, and takes what comes of it.
guest.startTask = (task, handler, given) => {
  if (task.over || task.outcome) return;
  task.started = true;
  const end = (ok) => (value) => (task.doomed ? endDoomed(task, ok, value) : task.over || task.outcome ? undefined : ended(task, ok, value));
  inside(task.number, task.call, () => {
    let value;
    try {
      value = apply(handler, undefined, given);
    } catch (problem) {
      return end(false)(problem);
    }
    if ((typeof value === 'object' && value !== null) || typeof value === 'function') react(value, end(true), end(false));
    else end(true)(value);
  }, []);
};

// Where it waits, it gets an error; what it does then may wait, too.
const stopWaits = (task) => {
  task.stopped = true;
  mark(task.number, task.number === now() ? runningMark : cancelledMark); // one that runs now stops where it next waits
  guest.onStop(task.number);
  // As its own work: what is not awaited there fails silently.
  inside(task.number, task.call, () => {
    stop(task.number, task.reason);
    while (task.joins?.length) task.joins[0].end(task.reason, true);
  }, []);
};

// True if the task was still to be stopped. What it spawned comes to its end first.
const cancel = (task) => {
  if (task.over || task.cancelled) return false;
  task.observed = task.cancelled = true;
  task.reason = reason();
  if (task.outcome) {
    task.outcome = { __proto__: null, ok: false, value: task.reason };
    cancelChildren(task);
  } else if (!task.started) {
    ended(task, false, task.reason);
  } else {
    task.doomed = true;
    add(doomed, task);
    stop(task.number); // nothing wakes it meanwhile
    cancelChildren(task);
    if (task.open === 0) stopWaits(task);
  }
  return true;
};
guest.cancelTask = cancel;

// Calls `watcher` with the task when it is over. It returns whether an error is handled.
guest.watchTask = (task, watcher) => {
  if (task.watchers) add(task.watchers, watcher);
  else task.watchers = [watcher];
};

// A promise for the current task, which can be cancelled while it waits. `begin` gets a function (value, rejected) that
// tells whether it still waited.
guest.waitIn = (begin) => {
  const me = guest.currentTask(), given = promise();
  const join = {
    __proto__: null, place: 0, open: true,
    end(value, rejected) {
      if (!join.open) return false;
      join.open = false;
      leave(me.joins, join);
      settle(given, value, rejected);
      return true;
    },
  };
  enter(me.joins ??= list(), join);
  if (refuses(now())) join.end(me.reason ?? reason(), true);
  else begin(join.end);
  return given;
};

// Those that have begun and not ended, the main chunk first; and whether all of them are cancelled and can't go on.
const findWaiting = (task, found) => {
  for (let i = 0; task.children && i < task.children.length; i++) {
    const child = task.children[i];
    if (child.over) continue;
    if (child.started && !child.outcome) add(found, child);
    findWaiting(child, found);
  }
  return found;
};

// Everything waits. A task that waits for another one gets an error for it. False: there is none.
const deadlock = () => {
  const waiting = findWaiting(root, []), lines = [];
  let victim;
  for (let i = 0; i < waiting.length; i++) {
    const line = where(waiting[i].number);
    if (line && lines.length < mostLines) add(lines, line);
    if (!victim && waiting[i].joins?.length) victim = waiting[i];
  }
  const stuck = victim ?? (main.over || main.outcome ? waiting[0] : undefined);
  if (!stuck) return false;
  const error = failure('script', "deadlock: everything waits for something that can't happen: " + apply(joinTexts, lines, [', ']));
  delete error.code;
  setPlace(error, stuck.number);
  if (victim) victim.joins[0].end(error, true);
  else ended(stuck, false, error);
  return true;
};

// No job is left. Cancelled functions that wait for nothing of their own never go on.
const idle = () => {
  let some = false;
  for (let i = doomed.length - 1; i >= 0; i--) {
    const task = doomed[i];
    if (!task.stopped || waits(task.number) || task.joins?.length) continue;
    endDoomed(task, true, undefined, goneMark);
    some = true;
  }
  if (some) return AGAIN;
  if (!main.over) return OPEN;
  if (!main.ok && !main.failed) throw main.value;
  return OVER;
};

// The main chunk again, for the next text of a prompt.
guest.beginAgain = () => {
  main.outcome = undefined;
  main.failed = false;
  main.observed = true;
  if (!main.over) return;
  main.over = main.ok = false;
  main.value = main.children = undefined;
  tasks[0] = main;
  enter(root.children, main);
  root.open++;
};

raw.task.setup((ok) => {
  main.failed = !ok;
  ended(main, ok, undefined);
}, idle, deadlock);
