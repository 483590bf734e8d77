// Each format: found out, read, written, and checked.
const texts = {
  json: '{"a": [1, 2.5, null]}',
  yaml: 'name: Ada\ntags:\n  - x\n  - "1"\nborn: 1815\nzip: 01234\n',
  xml: '<person id="7"><name>Ada</name><tag>x</tag><tag>y &amp; z</tag></person>',
  markdown: '# Title\n\nSome text with a [link](https://example.org).\n\n- one\n- two\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n```lua\nreturn 1\n```\n',
  csv: 'name,age\nAda,36\n"Byron, Lord",\n',
  plain: 'Just a sentence.',
};
const found = {};
for (const [format, text] of Object.entries(texts))
  found[format] = { value: await output.parse(text, format), detected: await output.detect(text), valid: (await output.validate(text, format)).valid };
const rows = await output.parse(texts.csv, 'csv');
const yaml = await output.format({ list: [1, 'yes', { a: 'b: c' }, null] }, 'yaml');
return {
  found,
  written: {
    json: await output.format({ a: 1 }), indented: await output.format({ a: [1] }, 'json', { indent: 2 }),
    csv: await output.format(rows, 'csv', { columns: ['name', 'age'] }), xml: await output.format({ person: { '@id': 7, name: 'A & B' } }, 'xml'),
    markdown: await output.format(rows, 'markdown', { columns: ['name', 'age'] }), plain: await output.format('as it is', 'plain'),
  },
  again: await output.parse(yaml, 'yaml'),
  converted: await output.convert(texts.csv, 'csv', 'json'),
  code: await output.extractCodeBlocks(texts.markdown, 'lua'), tables: await output.extractTables(texts.markdown), lists: await output.extractLists(texts.markdown),
  same: zigllms.output === output,
};
