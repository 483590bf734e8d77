function inner() { throw new Error('broken'); }
const outer = async () => { await util.sleep(1); inner(); };

// Caught where it is awaited, also long after the task has ended, and each time that it is awaited.
const task = Task.spawn(outer);
await util.sleep(5);
if (!task.is_done() || task.status() !== 'failed') throw new Error(task.status());
for (let i = 0; i < 2; i++) {
  let problem;
  try { await task; } catch (error) { problem = error; }
  if (problem?.message !== 'broken' || !/spell\.js:1:/.test(problem.stack)) throw new Error(`it was ${problem?.stack}`);
}
// A value that is no error stays what it is.
const value = {};
let thrown;
try { await Task.spawn(() => { throw value; }); } catch (problem) { thrown = problem; }
if (thrown !== value) throw new Error('it was another one');

await Task.spawn(outer);
