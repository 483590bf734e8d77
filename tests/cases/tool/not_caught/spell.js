// An error in a tool that nobody catches ends the spell where it called the tool.
Tool.register({ name: 'raises', execute: () => { throw new Error('boom'); } });
await Tool.execute('raises');
