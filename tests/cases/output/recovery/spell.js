// What models say instead of JSON, by the strictness that is asked for.
const said = `Sure! Here it is:
\`\`\`json
{'name': "Ada", 'tags': ["x", "y",], 'ok': True, // fine
 'ages': [NaN, 1]}
\`\`\`
Anything else?`;
const attempt = async (main) => { try { await main(); return true; } catch (error) { return error.message; } };
const lenient = await output.parse(said, 'json');
const why = await attempt(() => output.parse(said, output.Format.JSON, { recovery: output.Recovery.STRICT }));
const cut = '{"items": [{"id": 1}, {"id": 2, "title": "The se';
const half = await attempt(() => output.parse(cut, 'json'));
const typed = await attempt(() => output.parse('{"age": "x"}', 'json', { schema: { type: 'object', properties: { age: { type: 'integer' } } } }));
return {
  lenient, repairs: (await output.read(said)).repairs.length, strict: why === true, half: half === true, typed: typed === true,
  recovered: await output.recover(cut, 'json'), extracted: await output.extractJson('As in [1]: {"a": 1,} [2]'),
  read: await output.read('{a: 1}'), fallback: await output.parseJsonWithFallback('no JSON', 'fallback'),
  why: why.replace('output.parse: ', ''),
};
