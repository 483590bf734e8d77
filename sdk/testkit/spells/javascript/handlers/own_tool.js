Tool.register({ name: 'double', parameters: { properties: { n: { type: 'number' } } }, execute: (input) => 2 * input.n });
return await Tool.execute('double', { n: 21 });
