// A run may make so many tool calls; the next one ends it. What is refused before it is one does not count.
Tool.register({ name: 'one', parameters: { properties: { n: { type: 'number' } } }, execute: (input) => print(input.n) });
for (let n = 1; n <= 10; n++) {
  await Tool.execute('none').catch(() => {});
  await Tool.execute('one', { n: 'x' }).catch(() => {});
  await Tool.execute('one', { n }).catch(() => {});
}
return 'not reached';
