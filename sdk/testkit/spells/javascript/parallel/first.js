const wait = (ms, number) => async () => { await util.sleep(ms); return number; };
return await Task.race([wait(60000, 0), wait(5, 1)]);
