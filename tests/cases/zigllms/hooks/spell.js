// Hooks around something, and whether a tool is well.
const seen = [];
const id = zigllms.hook.register('tool:before_execution', (context) => { seen.push(context.point); }, { type: zigllms.hook.Type.AROUND });
const tool = zigllms.tool.register({ name: 'add', description: 'adds', parameters: { type: 'object' }, execute: () => 3 });
await zigllms.tool.execute(tool, {});
zigllms.hook.unregister(id);
await zigllms.tool.execute(tool, {});
const well = zigllms.tool.healthCheck(tool), ill = zigllms.tool.healthCheck('nothing');
return { seen, well: [well.healthy, well.status], ill: [ill.healthy, ill.status], host: zigllms.tool.healthCheck('calculator').healthy };
