// What else providers and tests have.
const { provider, test } = zigllms;
const said = [];
for (const check of [
  () => { test.assert(true); test.assertEq([1], [1]); test.assertNe(1, 2); test.assertNotEquals([1], [2]); test.assertMatches('v12', '[0-9]+'); },
  () => test.assert(false), () => test.assertEq(1, 2), () => test.assertNe(1, 1), () => test.assertNotEquals([1], [1]), () => test.assertMatches('v', '[0-9]+'),
]) try { check(); said.push(true); } catch { said.push(false); }
const before = await provider.getDefault();
const [first] = await provider.list();
await provider.setDefault(first);
const kind = async (promise) => typeof (await promise) === 'object' ? 'table' : 'no table';
return {
  said, failed: test.getResults().failed_assertions, changed: before !== undefined && (await provider.getDefault()) === first,
  status: provider.Status.ACTIVE, models: await kind(provider.getModels(first)), streams: (await provider.getCapabilities(first)).streaming,
};
