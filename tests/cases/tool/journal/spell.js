// Each call of a tool is on record, with its arguments.
Tool.register({ name: 'double', execute: (input) => input.n * 2 });
return Tool.execute('double', { n: 21 });
