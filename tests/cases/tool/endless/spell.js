// A tool that never comes back is ended by the run's fuel: nothing catches that.
Tool.register({ name: 'spin', execute: () => { for (;;); } });
await Tool.execute('spin').catch(() => {});
return 'not reached';
