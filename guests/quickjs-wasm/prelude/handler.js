// Functions of the spell that the host asks for while an operation goes on: each call is answered by a task.
// After: lifetime.
const { listen, pause, answer, refuse, onCalls } = raw.operation;
const { failure, copy, newTask, startTask, watchTask, cancelTask, rootTask } = guest;

const most = 16; // calls that wait for their turn, before no more are taken

const handlers = { __proto__: null }, overlapping = { __proto__: null };
let last = 0;

// The number under which the host knows a function. Its calls run one after another with those of other such functions
// for the same operation, unless it may overlap with others.
guest.handler = (handler, parallel) => {
  handlers[++last] = handler;
  if (parallel) overlapping[last] = true;
  return last;
};
// Again, or for the first time, under a number that it had before.
guest.handleAgain = (number, handler, parallel) => {
  handlers[number] = handler;
  if (parallel) overlapping[number] = true;
};
guest.forget = (number) => {
  delete handlers[number];
  delete overlapping[number];
};
guest.listen = listen;

const open = { __proto__: null }; // id of a call that is not answered -> its task

const reply = (operation, id, task) => {
  if (!task.ok) return refuse(operation, id, task.value);
  try {
    answer(operation, id, task.value);
  } catch (problem) {
    refuse(operation, id, failure('script', "the result can't be passed on: " + problem.message));
  }
};

// Starts what waits for its turn. A loop, since a call may be over at once. `calls` does not know its operation: nothing
// here makes a cycle that a collection would have to find.
const goOn = (operation, calls) => {
  if (calls.going) return;
  calls.going = true;
  while (!calls.busy && calls.first < calls.last && !calls.closed) {
    const call = calls.waiting[calls.first];
    delete calls.waiting[calls.first++];
    calls.busy = true;
    begin(operation, calls, call.id, call.number, call.argument);
  }
  calls.going = false;
  if (calls.paused && calls.last - calls.first < most / 2) {
    calls.paused = false;
    pause(operation, false);
  }
};

const begin = (operation, calls, id, number, argument) => {
  const handler = handlers[number], parallel = overlapping[number], task = handler && newTask(rootTask, id);
  if (!task) {
    if (!parallel) calls.busy = false;
    return refuse(operation, id, handler ? failure('handles', 'too many tasks are unfinished')
      : failure('not-found', 'this spell has no such function any more'));
  }
  task.observed = true;
  task.calls = calls;
  open[id] = task;
  watchTask(task, () => {
    delete open[id];
    if (!calls.closed) reply(operation, id, task);
    if (parallel) return;
    calls.busy = false;
    goOn(operation, calls);
  });
  startTask(task, handler, [argument]);
};

const none = { __proto__: null, waiting: undefined, first: 0, last: 0, busy: false, going: false, paused: false, closed: false };

const serve = (operation, id, number, argument) => {
  const calls = operation.calls ??= copy(none);
  if (overlapping[number]) return begin(operation, calls, id, number, argument);
  if (!calls.busy && !calls.going && calls.first === calls.last) {
    calls.busy = true;
    return begin(operation, calls, id, number, argument);
  }
  calls.waiting ??= { __proto__: null };
  calls.waiting[calls.last++] = { __proto__: null, id, number, argument };
  goOn(operation, calls);
  if (calls.last - calls.first < most) return;
  calls.paused = true;
  pause(operation, true);
};

// The caller is gone: the answer is no longer needed.
const giveUp = (id) => {
  const task = open[id];
  if (!task) return;
  task.calls.closed = true;
  cancelTask(task);
};
onCalls(serve, giveUp);
