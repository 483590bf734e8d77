// Each waits for the one after it, all of them at once, but for the last.
let before = Task.spawn(util.sleep, 10);
for (let n = 2; n <= 1000; n++) {
  const last = before;
  before = Task.spawn(async () => { await last; return n; });
}
let problem;
try { Task.spawn(print); } catch (error) { problem = error; }
if (problem?.code !== 'handles' || !problem.message.includes('1000 tasks')) throw problem;
if ((await before) !== 1000) throw new Error('not the last one');

// Those that are over do not count.
for (let n = 1; n <= 3000; n++) await Task.spawn(Number, 1);

// A hundred that wait for the host at once.
const list = [];
for (let n = 1; n <= 100; n++) list.push(async () => { await util.sleep(100 - n); return n; });
return (await Task.all(list)).reduce((sum, n) => sum + n, 0);
