function f(n) { return 1 + f(n + 1); }
let depth = 0;
function count() { depth++; count(); }
try { count(); } catch (error) { if (!(error instanceof RangeError)) throw new Error("another error"); }
if (depth < 1500) throw exit(9);
f(1);
