const stopped = [];
const after = (milliseconds, value) => async () => {
  await util.sleep(milliseconds);
  if (value === undefined) throw new Error(`failed after ${milliseconds}`);
  return value;
};
const stoppable = () => Task.spawn(async () => { await util.sleep(1000); stopped.push('not stopped'); });
const failure = async (promise) => {
  try {
    await promise;
  } catch (problem) {
    return problem.code ?? problem.message;
  }
  throw new Error('it works');
};

const found = {};
found.all = await Task.all([after(3, 'a'), Task.spawn(after(1, 'b')), after(2, 'c')]);
found.none = await Task.all([]);
const others = [stoppable(), stoppable()];
found.first_error = await failure(Task.all([others[0], after(2), after(1), others[1]]));
found.states = others.map((task) => task.status());
found.any = [await Task.any([after(1), after(3, 'third'), after(2, 'second'), stoppable()]), 3];
found.no_success = await failure(Task.any([after(2), after(1)]));
found.race = [await Task.race([after(3, 'third'), after(1, 'first'), stoppable()]), 2];
found.lost_race = await failure(Task.race([after(3, 'third'), after(1)]));
found.in_time = await Task.timeout(5, async () => { await util.sleep(4); return [1, 2]; });
found.too_late = await failure(Task.timeout(5, stoppable()));
found.own_error = await failure(Task.timeout(5, after(1)));
found.settled = await Task.all_settled([after(2, 'b'), after(1)]);
found.settled[1].reason = found.settled[1].reason.message;
if ((await Task.allSettled([])).length) throw new Error('none');
found.stopped = stopped;
found.elapsed = Math.floor(performance.now());
return found;
