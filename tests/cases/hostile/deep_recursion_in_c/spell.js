const f = (s) => s.replace(/./g, f);
for (const deep of [() => f("x"), () => JSON.parse("[".repeat(100000)), () => new RegExp("(?:".repeat(100000)),
  () => [1].map(function again() { return [1].map(again); }), () => eval("(".repeat(100000)),
  () => { let p = {}; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); return p.x; }])
  try { deep(); exit(9); } catch (error) { if (!/stack/.test(error.message)) exit(8); }
f("x");
