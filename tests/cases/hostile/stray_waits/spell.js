// Waits in odd places, over and over: nothing gets lost, and nothing is left behind.
const chain = async (n) => (n === 0 ? util.sleep(0) : chain(n - 1));
const nested = (n) => (n === 0 ? util.sleep(0) : { then: (kept, broken) => nested(n - 1).then(kept, broken) });
let deepest = 0, problem;
const endless = async (n) => { deepest = n; return endless(n + 1); };
await endless(1).catch((error) => { problem = error; });
const list = [];
for (let i = 1; i <= 50; i++)
  list.push(async () => {
    await nested(i % 20);
    await chain(i);
    return i;
  });
const sum = (await Task.all(list)).reduce((all, n) => all + n, 0);
// Abandoned in the middle of a wait.
for (let n = 0; n < 2000; n++) {
  const task = Task.spawn(async () => { await (async () => { await util.sleep(1e6); })(); });
  await util.sleep(0);
  await task.cancel();
}
return { overflow: problem instanceof RangeError, deep: deepest > 20, sum };
