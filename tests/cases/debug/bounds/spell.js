const long = Debug.dump({ text: 'a' + 'ä'.repeat(2000) });
let off, id;
try { Debug.log('off', 'x'); } catch (e) { off = e.message; }
for (let i = 1; i <= 1001; i++) id = Debug.timer('t').id;
Debug.info('one');
let wrong;
try { Debug.dumpWithOptions({}, { max_depth: 'x' }); } catch (e) { wrong = e.message; }
return [long.includes('…'), off, id, Debug.get_captured_entries(1e9).length, true, wrong, Debug.dumpCompact({ 10: 1, '1a': 2, 2: 3 })];
