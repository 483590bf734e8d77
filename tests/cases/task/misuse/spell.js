const task = Task.spawn(Number, 1);
const problems = [];
const note = async (run) => {
  try {
    await run();
  } catch (problem) {
    return problems.push(problem.message);
  }
  throw new Error('it works');
};
await note(() => Task.spawn(7));
await note(() => task.await.call({}));
await note(() => task.await.call(null));
await note(() => Task.all(7));
await note(() => Task.all([task, 'x']));
await note(() => Task.race([]));
await note(() => Task.timeout(5, 5));
await note(() => Task.timeout('x', print));
await note(() => Task.sleep(-1));
const itself = Task.spawn(async () => {
  await note(() => itself);
  await note(() => itself.cancel());
  await note(() => Task.all([itself]));
});
await itself;
await note(() => JSON.encode([task]));
if (String(task) !== 'task: done') throw new Error(String(task));
return problems;
