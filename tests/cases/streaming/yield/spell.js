// Values of a function that yields them, when they are asked for; it may wait between them.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
let made = 0;
const stream = Streaming.create(async function* () {
  for (let i = 1; i <= 3; i++) {
    await util.sleep(1);
    made = i;
    yield { n: i };
  }
});
assert(made === 0, "lazy");
const first = await stream.next();
assert(first.n === 1 && made === 1 && !(await stream.isDone()), "first");
const rest = await stream.collect();
assert(rest.length === 2 && (await stream.is_done()) && (await stream.next()) === undefined, "rest");
let sum = 0;
for await (const value of Streaming.create(async () => { for (let i = 1; i <= 4; i++) await Streaming.yield(i); })) sum += value;
const failing = Streaming.create(async (give) => { await give(1); throw new Error("broken"); });
assert((await failing.next()) === 1, "failing");
let why;
try { await failing.collect(); } catch (error) { why = error.message; }
assert(await failing.isDone(), "failed");
const closed = Streaming.create(function* () { yield 1; yield 2; });
await closed.next();
await closed.close();
assert(await closed.isDone(), "closed");
let refused = false;
try { Streaming.yield(1); } catch { refused = true; }
return [sum, why, refused];
