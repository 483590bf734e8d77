// Tasks among promises, and what becomes of waits that a cancellation can't reach.
const check = (good, what) => { if (!good) throw new Error(what); };
const delay = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

const task = Task.spawn(async (a, b) => { await delay(1); return a + b; }, 1, 2);
check((await Promise.all([task, 4, Task.spawn(() => 5)])).join() === '3,4,5', 'Promise.all');
check(await task.then((n) => n * 2) === 6 && await task.await() === 3 && await task === 3, 'then');
check(await Task.spawn(() => { throw new RangeError('r'); }).catch((error) => error.name) === 'RangeError', 'catch');
let last = false;
await Task.spawn(() => 1).finally(() => { last = true; });
check(last, 'finally');
check((await Promise.allSettled([Task.spawn(() => null.x)]))[0].reason instanceof TypeError, 'allSettled');
check(await Promise.race([Task.spawn(() => delay(50)), Task.spawn(() => 'first')]) === 'first', 'Promise.race');
check((await Task.all([util.sleep(1).then(() => 1), async () => 2, Task.spawn(() => 3)])).join() === '1,2,3', 'Task.all');

// It waits for a timer of its own, which never comes then, or for what others promised: it is over all the same.
let release;
const others = new Promise((done) => { release = done; });
const log = [];
for (const wait of [() => delay(1000), () => others]) {
  const stuck = Task.spawn(async () => {
    await wait();
    log.push('went on');
    await util.sleep(1).catch((failure) => log.push(failure.code));
  });
  await util.sleep(1);
  check(await stuck.cancel() && stuck.status() === 'cancelled', stuck.status());
}
release();
await util.sleep(1);
// What it began and did not await fails unheard.
const careless = Task.spawn(async () => {
  util.sleep(1000);
  (async () => { await util.sleep(1000); log.push('never'); })();
  await util.sleep(1000);
});
await util.sleep(1);
await careless.cancel();
// A task that swallows its cancellation is cancelled nonetheless.
const stubborn = Task.spawn(async () => { await util.sleep(1000).catch(() => {}); await util.sleep(2); return 'value'; });
await util.sleep(1);
check(await stubborn.cancel() && stubborn.isDone(), 'stubborn');
check(await stubborn.catch((failure) => failure.code) === 'cancelled', 'stubborn');
// A child that waits for its parent's cancellation goes with it.
const parent = Task.spawn(async () => { await Task.spawn(() => parent.cancel()); });
check(await parent.catch((failure) => failure.code) === 'cancelled', `parent is ${parent.status()}`);
check(`${[1].map(() => task)}` === "task: done", task);
return [log, Math.floor(performance.now()) < 100];
