// What is no such format says so; what is broken is mended as far as is asked for.
const attempt = async (main, ...given) => {
  try {
    await main(...given);
    return 'read';
  } catch (problem) {
    return problem.message;
  }
};
return [
  await attempt(output.parse, "I can't do that.", 'json'),
  await attempt(output.parse, '<a><b>1</a>', 'xml'),
  await attempt(output.parse, 'a: [1, 2', 'yaml'),
  await attempt(output.parse, 'a,b\n1,2,3\n', 'csv'),
  await attempt(output.parse, 'x', 'toml'),
  await attempt(output.parse, 'x', { strictness: 'none' }),
  await attempt(output.parse, 'x', 5),
  await attempt(output.format, [1, 2], 'csv'),
  await attempt(output.format, { 'a b': 1 }, 'xml'),
  await output.recover('<a><b>1</a>', 'xml'), await output.recover('<a>1 & 2', 'xml'), await output.recover('a,b\n1,2,3\n4\n', 'csv'),
  await output.recover('```yaml\na:\n\t- 1\n```', 'yaml'),
  await attempt(() => output.repairs),
];
