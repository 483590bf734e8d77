// A tool that is registered with a schema alone is the host's of that name. Where there is none, executing it is an error.
const id = zigllms.tool.register({
  name: 'calculator',
  description: 'Perform calculations',
  parameters: { type: 'object', properties: { expression: { type: 'string' } } },
});
const given = { expression: '2 + 2' };
let failure, refused = false;
try { await zigllms.tool.execute(id, given); } catch (problem) { failure = problem; }
try { Tool.register({ name: 'bad name' }); } catch { refused = true; }
const exists = Tool.exists(id);
Tool.register({ name: 'calculator', execute: (input) => input.expression + ' = 4' });
return [id, failure === undefined, failure.code, failure.message, refused, exists, await zigllms.tool.execute(id, given)];
