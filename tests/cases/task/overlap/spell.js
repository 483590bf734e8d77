// What each task does before and after it waits: in the order of time, not of the list.
const log = [];
const slow = Task.spawn(async (name) => {
  log.push(`${name} starts`);
  await util.sleep(30);
  log.push(`${name} ends`);
  return [1, null, 3];
}, 'slow');
const fast = Task.spawn(async () => {
  log.push('fast starts');
  await util.sleep(10);
  log.push('fast ends');
});
log.push('main goes on');
await util.sleep(20);
log.push('main slept');
const values = await slow;
await fast;
return { log, values: values.length, last: values[2], elapsed: Math.floor(performance.now()) };
