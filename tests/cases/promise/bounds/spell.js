let resolve;
const itself = new Promise((kept) => { resolve = kept; });
resolve(itself);
const why = await itself.then(() => 'none', () => "a promise can't be resolved with itself");
return [why, await Promise.resolve(3).finally(undefined)];
