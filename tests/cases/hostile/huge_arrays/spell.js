// An array of any length takes no room, until it is filled.
const huge = new Array(1e9);
if (huge.length !== 1e9) exit(9);
for (const way of [() => huge.fill(0), () => Array.from({ length: 1e9 }), () => [...huge], () => huge.slice().fill(0)])
  try { way(); } catch { }
exit(9);
