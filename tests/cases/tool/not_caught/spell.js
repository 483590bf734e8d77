// An uncaught error in a tool ends the spell where it called the tool.
Tool.register({ name: 'raises', execute: () => { throw new Error('boom'); } });
await Tool.execute('raises');
