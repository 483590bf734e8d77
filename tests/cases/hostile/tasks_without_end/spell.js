// Each task that ends makes another one: the run's fuel is the end of them.
const again = () => { Task.spawn(again); };
again();
for (;;) {
  await util.sleep(0).catch(() => {});
  try { Task.spawn(again); } catch {}
}
