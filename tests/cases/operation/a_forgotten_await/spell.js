// What the prelude gives, from an operation or a function of its own, says so; other promises are as JavaScript has them.
const said = [];
const tell = (use) => { try { use(); said.push('nothing'); } catch (error) { said.push(error.message); } };
const sleep = util.sleep(1), loaded = State.load('forgotten', 'key');
for (const promise of [sleep, loaded]) {
  tell(() => `${promise}`);
  tell(() => 'text ' + promise);
  tell(() => promise * 2);
  tell(() => [promise].join());
  tell(() => JSON.stringify({ promise }));
  tell(() => promise.name);
}
console.log(sleep, [loaded]);
await Promise.all([sleep, loaded]);
const others = [Promise.resolve(1), (async () => 1)(), loaded.then(() => 1)];
return { said, others: others.map(String), both: loaded instanceof Promise && (await loaded) === undefined };
