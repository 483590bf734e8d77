// Standard tools need no grant. A policy can deny them, and then a spell does not see them.
let failure;
try { await Tool.execute('hash_calculator', { input: 'x' }); } catch (error) { failure = error; }
const listed = Object.fromEntries(Tool.list().map((tool) => [tool.name, tool.source]));
return [(await tools.calculator('1 + 1')).result.result, listed.calculator, listed['hash-calculator'] === undefined, failure === undefined, failure.code, failure.message];
