const log = [];
const check = (good, what) => { if (!good) throw new Error(what); };
const closing = async (word, work) => { try { await work(); } finally { await util.sleep(1); log.push(word); } };

let child;
const parent = Task.spawn(() => closing('parent', async () => {
  // What is innermost is closed first.
  child = Task.spawn(() => closing('child', () => closing('coroutine', () => util.sleep(1000))));
  await util.sleep(1000);
}));
check(parent.status() === 'ready');
await util.sleep(1);
check(parent.status() === 'waiting' && child.status() === 'waiting', child.status());
check(await parent.cancel() && !(await parent.cancel()), 'cancel tells');
check(parent.status() === 'cancelled' && child.status() === 'cancelled' && child.isDone(), parent.status());
let problem;
try { await parent; } catch (error) { problem = error; }
check(problem?.code === 'cancelled', problem);

// One that never began has nothing to close.
const unborn = Task.spawn(() => log.push('never'));
check(await unborn.cancel() && unborn.status() === 'cancelled', unborn.status());

// Who cancels one need not wait for its end.
const sorting = Task.spawn(() => closing('sorting', async () => {
  await util.sleep(1000);
  log.push('never');
}));
const killer = Task.spawn(async () => {
  await util.sleep(5);
  check(sorting.status() === 'waiting', sorting.status());
  sorting.cancel();
});
await killer;
await sorting.catch(() => {});
check(sorting.status() === 'cancelled', sorting.status());

// An error on the way out is an error.
const bad = Task.spawn(async () => { try { await util.sleep(1000); } finally { throw new Error('on the way out'); } });
await util.sleep(1);
await bad.cancel();
try { await bad; } catch (error) { problem = error; }
check(problem.message === 'on the way out', problem);
return log;
