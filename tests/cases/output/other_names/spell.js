// A name for each format, and other names.
return {
  json: await output.parseJson('{"a": 1}'), yaml: await output.parseYaml('a: 1'), xml: await output.parseXml('<a><b>1</b></a>'),
  csv: await output.parseCsv('a,b\n1,2\n'), markdown: (await output.parseMarkdown('# Title\n\n- one')).lists[0], extracted: (await output.extractMarkdown('- one')).lists[0],
  detected: await output.detectFormat('<a/>'), valid: (await output.validateFormat('{', 'json')).valid, repaired: await output.repair("{'a': 1,}", 'json'),
  schema: (await output.getSchema('csv')).type,
};
