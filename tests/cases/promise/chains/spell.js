// Promises by the names of another dialect: JavaScript's own.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const p = promise.new((resolve) => resolve(2));
assert((await p.then((n) => n * 3)) === 6, "then");
assert((await promise.reject("no").catch((reason) => reason + "!")) === "no!", "catch");
const slow = promise.delay(10, "slow");
assert((await promise.all([slow, promise.resolve("b"), "c"])).join() === "slow,b,c", "all");
assert((await promise.race([promise.delay(50, "late"), promise.delay(1, "soon")])) === "soon", "race");
assert((await promise.any([promise.reject("x"), promise.resolve("y")])) === "y", "any");
const all = await promise.allSettled([promise.reject("x"), promise.resolve("y")]);
assert(all[0].reason === "x" && all[1].value === "y", "settled");
const inner = await promise.resolve(1).then(() => promise.resolve("inner"));
const ran = await promise.run((a, b) => a + b, 1, 2);
let reason;
try { await promise.async(() => { throw "told"; }); } catch (why) { reason = why; }
const caught = await promise.resolve(1).then(() => { throw "raised"; }).catch((why) => why);
return [inner, ran, reason, caught, promise.isPromise(p), !promise.is_promise(1)];
