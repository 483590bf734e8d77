const failed = [];
const huge = [];
huge.length = 4294967295;
for (const f of [() => JSON.encode(huge), () => huge.fill(0), () => [].concat(huge, huge).fill(1)])
  try { f(); failed.push(f); } catch (error) { }
return [failed.length, JSON.encode(Object.keys({ 1: 1 })[0] | 0)];
