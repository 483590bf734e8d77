// What a tool throws, and what it gives, as its caller gets it.
Tool.register({ name: 'raises', execute: () => { throw new Error('boom'); } });
Tool.register({ name: 'passes', execute: () => Tool.execute('nowhere') });
Tool.register({ name: 'tells', execute: async () => { throw Object.assign(new Error('no luck'), { code: 'tool' }); } });
Tool.register({ name: 'gives', execute: (input) => (input.what === 'f' ? { a: [print] } : input.what) });
Tool.register({ name: 'domain', execute: () => ({ success: false, error: { message: 'no file' } }) });
const attempt = (...given) => Tool.execute(...given).then(() => 'it works', (failure) => [failure.code, failure.message.replace(/domain, .*/, 'domain')]);
const cycle = {};
cycle.itself = cycle;
const found = {
  raises: await attempt('raises'), passes: await attempt('passes'), tells: await attempt('tells'),
  gives: await attempt('gives', { what: 'f' }),
  null: (await Tool.execute('gives', { what: null })) === null, text: await Tool.execute('gives', { what: 'x' }),
  domain: (await Tool.execute('domain')).error.message,
};
try { await Tool.execute('gives', cycle); } catch { found.cycle = true; }
found.second = (await attempt('tells'))[1];
return found;
