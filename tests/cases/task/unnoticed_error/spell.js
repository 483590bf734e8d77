async function inner() {
  throw new Error('nobody asked'); }
Task.spawn(async () => {
  Task.spawn(async () => {
    await util.sleep(1);

    await inner();
  });
});
Task.spawn(async () => { await util.sleep(10); print('finished all the same'); });
return 'not this';
