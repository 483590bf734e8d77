print('waiting');
await util.sleep(600000);
