const long = Debug.dump({ text: 'a' + 'ä'.repeat(2000) });
let off, id;
try { Debug.log('off', 'x'); } catch (e) { off = e.message; }
for (let i = 1; i <= 1001; i++) id = Debug.timer('t').id;
Debug.info('one');
return [long.includes('…'), off, id, Debug.get_captured_entries(1e9).length, true];
