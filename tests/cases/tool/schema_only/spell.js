// A tool that is registered with a schema alone is the host's of that name. Where there is none, executing it is an error.
const given = { expression: '2 + 2' };
const register = (name) => zigllms.tool.register({
  name,
  description: 'Perform calculations',
  parameters: { type: 'object', properties: { expression: { type: 'string' } } },
});
const id = register('calculator'), missing = register('data_processor');
const standard = (await zigllms.tool.execute(id, given)).result.result;
let failure, refused = false;
try { await zigllms.tool.execute(missing, given); } catch (problem) { failure = problem; }
try { Tool.register({ name: 'bad name' }); } catch { refused = true; }
const exists = [Tool.exists(id), Tool.exists(missing)];
// The spell's own takes the place of a standard one.
Tool.register({ name: 'calculator', execute: (input) => input.expression + ' = 4' });
return [id, standard, failure === undefined, failure.code, failure.message, refused, exists, await zigllms.tool.execute(id, given), Tool.info(id).source];
