// Schemas and names that are made to hurt the host: each is an error that the spell can catch.
const execute = () => {};
const attempt = (parameters) => {
  try {
    Tool.register({ name: 't', parameters, execute });
  } catch (failure) {
    return failure.code;
  }
  Tool.remove('t');
  return 'it works';
};
const bomb = { $ref: '#/$defs/d0', $defs: { d40: { type: 'object' } } };
for (let n = 0; n < 40; n++) {
  const next = { $ref: `#/$defs/d${n + 1}` };
  bomb.$defs[`d${n}`] = { allOf: [next, next] };
}
let deep = {};
for (let n = 0; n < 80; n++) deep = { not: deep };
const huge = { properties: {} };
for (let n = 1; n <= 20000; n++) huge.properties[`p${n}`] = { type: 'string' };
const results = {
  deep: attempt(deep) === 'it works', bomb: attempt(bomb), huge: attempt(huge), loop: attempt({ allOf: [{ $ref: '#' }] }),
  file: attempt({ properties: { a: { $ref: 'file:///etc/passwd' } } }),
  pattern: attempt({ properties: { a: { pattern: '(((a{100}){100}){100})' } } }),
  fine: attempt({ properties: { a: { pattern: '^(a+)+$' } } }), list: attempt(['x']), number: attempt(7),
};
// So many that the host would feel it, were there no bound; and as many one after the other.
results.defined = 0;
for (let n = 1; n <= 10000; n++) try { Tool.register({ name: `tool${n}`, execute }); results.defined++; } catch {}
for (let n = 1; n <= 256; n++) Tool.remove(`tool${n}`);
for (let n = 0; n < 1000; n++) {
  Tool.register({ name: 'again', execute });
  Tool.remove('again');
}
results.left = Tool.list().filter((tool) => tool.source === 'spell').length;
Tool.register({ name: 'slow', parameters: { properties: { a: { type: 'string', pattern: '^(a+)+$' } } }, execute });
await Tool.execute('slow', { a: 'a'.repeat(500000) + '!' }).catch((failure) => { results.slow = failure.code; });
results.large = true;
try { await Tool.execute('slow', { a: 'a'.repeat(1100000) }); } catch { results.large = false; }
return results;
