// A tool may call tools; one that calls itself for ever is stopped.
let depth = 0, code;
Tool.register({ name: 'down', execute: () => { depth++; return Tool.execute('down'); } });
Tool.register({ name: 'outer', execute: async (input) => (await Tool.execute('inner', input)) * 10 });
Tool.register({ name: 'inner', execute: (input) => input.n + 1 });
const ok = await Tool.execute('down').then(() => true, (failure) => { code = failure.code; return false; });
return [await Tool.execute('outer', { n: 1 }), ok, code, depth];
