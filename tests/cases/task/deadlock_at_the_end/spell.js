let second;
const first = Task.spawn(async () => {
  await second;
});
second = Task.spawn(async () => {
  await first;
});
