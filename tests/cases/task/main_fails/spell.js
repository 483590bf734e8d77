Task.spawn(async () => {
  try { await util.sleep(1000); } finally { print('stopped'); throw new Error('too late to matter'); }
  print('never');
});

await util.sleep(1);
throw new Error('main fails');
