Promise.resolve().then(() => { for (;;); }).catch(() => 1).finally(() => 1);
await util.sleep(1);
