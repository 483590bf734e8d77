// A handler may do all that the main chunk may: wait, spawn, and start work that needs handlers again.
const log = [];
Hook.register('custom:inner', async (context) => {
  await util.sleep(2 * context.data);
  log.push(`inner ${context.data}`);
  return { type: 'modified', data: context.data + 1 };
});
Hook.register('custom:outer', async () => {
  log.push('outer begins');
  const found = await Promise.all([1, 2].map(async (n) => (await Hook.execute('custom:inner', n)).data));
  log.push('outer ends');
  return { type: 'modified', data: found };
});
const ticker = Task.spawn(async () => { for (;;) { await util.sleep(3); log.push('tick'); } });
const found = (await Hook.execute('custom:outer', 0)).data;
await ticker.cancel();
return { log, found };
