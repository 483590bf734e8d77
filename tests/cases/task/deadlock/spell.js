let second;
const first = Task.spawn(async () => {
  try {
    await second;
  } finally { print('closed'); } });
second = Task.spawn(async () => {
  await util.sleep(1);
  await first;
});
await first;
