// Who asks while the next value is under way is told so, and the stream goes on.
let runs = 0;
const stream = Streaming.create(async () => {
  runs++;
  for (let i = 1; i <= 3; i++) { await util.sleep(1); await Streaming.yield(i); }
});
const ask = () => stream.next().catch((error) => error.message);
const answers = await Promise.all([ask(), ask()]);
return [answers, await ask(), await stream.collect(), runs];
