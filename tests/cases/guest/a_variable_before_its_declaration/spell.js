// A variable of `let` or `const` can't be used before its declaration has been run, whichever way control took there.
// The guest looks for that only where it can happen.
const name = (f) => { try { return f(); } catch (error) { return error.name; } };
const derived = (early) => class extends Object { constructor() { if (!early) super(); return this.x, {}; } };

const early = [
  () => { x; let x = 1; },
  () => { x = 1; let x; },
  () => { x++; let x = 1; },
  () => { x += 1; let x = 1; },
  () => { typeof x; let x; },
  () => { ({ x } = { x: 1 }); let x; },
  () => { [x] = [1]; let x = 2; },
  () => { let x = x + 1; },
  () => { const x = (() => x)(); },
  () => { let x = 1, y = z, z = 2; },
  () => { const { a = b, b } = {}; },
  () => { const [a = b, b] = []; },
  () => ((a = b, b) => a)(),
  () => { const f = () => x; f(); let x = 1; },
  () => { for (const x of [x]); },
  () => { for (const [x] of [[x]]); },
  () => { for (const x in { a: x }); },
  () => { for (let x = x; ;); },
  () => { for (let i = 0; i < 2; i++) { if (i === 1) x; let x = i; } },
  () => { for (let i = 0; i < 2; i++) { const f = () => x; if (i === 1) f(); let x = i; } },
  () => { switch (1) { case 0: let x = 1; break; case 1: return x; } },
  () => { switch (1) { case 0: let x = 1; break; case 1: x = 2; } },
  () => { switch (1) { case 0: let x; default: return (() => x)(); } },
  () => { switch (1) { case 0: const { x } = {}; case 1: { return x; } } },
  () => { switch (1) { case 0: for (;;) { let x = 1; break; } let x = 1; case 1: x++; } },
  () => { try { x; } finally { } let x = 1; },
  () => { try { throw 1; } catch { x; } let x = 1; },
  () => { class A extends A { } },
  () => { class A { [A.name]() { } } },
  () => { new A(); class A { } },
  () => new (derived(true))(),
  () => [...(function* () { yield x; let x = 1; })()],
  () => new Function("x; let x = 1")(),
].map(name);

const fine = [
  () => { let x = 1; x += 1; x++; ({ x } = { x: x * 10 }); return x; },
  () => { let x; const before = x; x = 5; return [typeof before, x]; },
  () => { const seen = []; for (let i = 0; i < 2; i++) { let x; seen.push(x === undefined); x = i; } return seen; },
  () => { const all = []; for (let i = 0; i < 3; i++) all.push(() => i++); return all.map((each) => each() + each()); },
  () => { const all = []; for (const x of [1, 2]) all.push(() => x); return all.map((each) => each()); },
  () => { let sum = 0; for (const [a, { b = a }] of [[1, {}], [2, { b: 5 }]]) sum += a * b; return sum; },
  () => { let keys = ""; for (const key in { a: 1, b: 2 }) keys += key; return keys; },
  () => { switch (1) { case 1: let x = 5; case 2: x++; return x; } },
  () => { switch (1) { case 0: { let x = 1; } case 1: { let x = 7; x++; return x; } } },
  () => { let last; for (let i = 0; i < 3; i++) { if (last) last(); let x = i; last = () => x; } return last(); },
  () => { try { let x = 1; throw x; } catch (x) { x++; return x; } finally { let x = 3; x; } },
  () => { out: { let x = 1; if (x) break out; let y = 2; y; } return "out"; },
  () => { let i = 0; do { if (i++ === 0) continue; const x = i; return x; } while (i < 5); },
  () => [...(function* () { let x = yield 1; let y = yield typeof x; yield typeof y; })()],
  () => new (derived(false))() instanceof Object,
  () => { const x = 1; try { x = 2; } catch (error) { return [error.name, x]; } },
  () => { let x = 1; { let x = 2; x++; } return x; },
  () => { let f = function g() { return typeof g; }, h = f; return h(); },
  () => { const [a, b = a] = [1], { c, ...rest } = { c: b, d: 4 }; return [a, b, c, rest.d]; },
].map(name);

let waited = 0;
for await (const x of [Promise.resolve(1), 2]) { const y = await x; waited += y; }
return [early.every((each) => each === "ReferenceError") ? early.length : early, fine, waited];
