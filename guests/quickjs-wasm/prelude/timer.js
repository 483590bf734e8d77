// setTimeout and its like. However many timers there are, the host keeps one: the next that is due.
// After: lifetime.
const { drive, sleep, close, thrower } = raw.operation;
const { elapsed } = raw.clock; // nanoseconds
const { define, raise, now, within, inside } = guest;
const { ceil, max, min } = Math;

const most = 10000;
const timers = { __proto__: null }; // by place, the next first
let count = 0, last = 0, alarm, alarmAt = Infinity;

const insert = (timer) => {
  let place = count++;
  for (; place > 0 && timers[place - 1].due > timer.due; place--) timers[place] = timers[place - 1];
  timers[place] = timer;
};

const remove = (place) => {
  for (count--; place < count; place++) timers[place] = timers[place + 1];
  delete timers[count];
};

const arrange = (time) => {
  const next = count ? timers[0].due : Infinity;
  if (next === alarmAt) return;
  if (alarm) close(alarm);
  alarm = undefined;
  alarmAt = next;
  if (next === Infinity) return;
  alarm = sleep(max(0, ceil((next - time) / 1e6)));
  thrower(inside(0, undefined, drive, [alarm, fire])); // of no task and no call: it is there for all timers
};

const start = (timer, time) => {
  timer.due = time + timer.delay * 1e6;
  insert(timer);
  arrange(time);
};

// Runs one timer, so that what it leaves to do, such as reactions of promises, comes before the next. What it throws
// can't be caught, and ends the run.
const fire = () => {
  const timer = timers[0], time = elapsed();
  alarm = undefined;
  alarmAt = Infinity;
  remove(0);
  if (timer.repeats) start(timer, time);
  else arrange(time);
  inside(timer.task, timer.within, timer.handler, timer.rest);
};

const timerOf = (name, repeats) => function (handler, delay, ...rest) {
  if (typeof handler !== 'function') raise(name + ' takes a function, not a ' + typeof handler);
  if (count >= most) raise(name + ': ' + most + ' timers wait already');
  delay = +delay;
  delay = delay >= 1 ? min(delay, 1e12) : 1;
  start({ __proto__: null, id: ++last, handler, rest, repeats, delay, task: now(), within: within(), due: 0 }, elapsed());
  return last;
};

const clear = (id) => {
  for (let place = 0; place < count; place++)
    if (timers[place].id === id) {
      remove(place);
      return arrange(place ? 0 : elapsed());
    }
};

// What a task has set that is cancelled never comes.
guest.onStop = (task) => {
  let kept = 0;
  for (let place = 0; place < count; place++) if (timers[place].task !== task) timers[kept++] = timers[place];
  if (kept === count) return;
  while (count > kept) delete timers[--count];
  arrange(elapsed());
};

define(globalThis, 'setTimeout', timerOf('setTimeout', false));
define(globalThis, 'setInterval', timerOf('setInterval', true));
define(globalThis, 'clearTimeout', (id) => clear(id));
define(globalThis, 'clearInterval', (id) => clear(id));
