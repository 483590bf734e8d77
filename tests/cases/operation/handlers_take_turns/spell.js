// Handlers of the same operation run one after another, in the order of the calls, while the spell waits and at its end.
Event.subscribe('job', async (event) => {
  print(`begins ${event.data}`);
  // Whatever it spawns belongs to it, and is over before the next one begins.
  Task.spawn(async () => {
    await util.sleep(5);
    print(`  spawned by ${event.data}`);
  });
  await util.sleep(10 - event.data);
  print(`ends ${event.data}`);
  if (event.data === 2) throw new Error('the third still runs');
});
for (let n = 1; n <= 2; n++) await Event.emit('job', n);
await util.sleep(12);
print('the main chunk ends');
for (let n = 3; n <= 4; n++) await Event.emit('job', n);
