const log = [];
const closing = async (word, work) => { try { await work(); } finally { log.push(`${word} stopped`); } };

// A parent is over when its children are.
const parent = Task.spawn(async () => {
  Task.spawn(async () => { await util.sleep(5); log.push('child ends'); });
  log.push('parent ends');
  return 'value';
});
log.push(await parent);

// One that fails takes its children with it, and they theirs.
const failing = Task.spawn(async () => {
  Task.spawn(async () => {
    Task.spawn(() => closing('grandchild', () => util.sleep(1000)));
    await closing('child', () => util.sleep(1000));
  });
  await util.sleep(1);
  throw new Error('parent fails');
});
await failing.catch((problem) => log.push(problem.message));

// An error that a child left is one of its parent.
const careless = Task.spawn(async () => {
  Task.spawn(async () => { throw new Error('child fails'); });
  await util.sleep(1);
  return 'value';
});
await careless.catch((problem) => log.push(problem.message));

// What the main chunk leaves is finished before the run ends.
Task.spawn(async () => { await util.sleep(3); print('at last'); });
return log;
