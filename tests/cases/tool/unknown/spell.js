// A tool that is not there: the nearest name, or how to get one that is known elsewhere.
Tool.register({ name: 'web_fetch_page', execute: () => {} });
const attempt = async (run) => {
  try { await run(); } catch (failure) { return `${failure.code}: ${failure.message.replace(/page, .*/, "page")}`; }
};
const execute = (...given) => attempt(() => Tool.execute(...given));
return {
  near: await execute('web_fetch_pag'), far: await execute('zebra'),
  built_in: await execute('process-executor', { expression: '1 + 1' }),
  field: await attempt(() => tools.file_write('a.md', 'text')),
  odd: await execute('a\u{202e}\nb'), long: (await execute('x'.repeat(100000))).length < 300,
  alike: Tool.get('web-fetch-page').name, none: Tool.get('zebra') === undefined, exists: Tool.exists('zebra'),
};
