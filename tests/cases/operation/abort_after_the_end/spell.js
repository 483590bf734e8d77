// A timeout that is not reached keeps no run from ending.
for (let i = 0; i < 300; i++) await util.sleep(0, { signal: AbortSignal.timeout(600000 - i) });
const started = performance.now();
await new Promise((done) => { AbortSignal.timeout(20).onabort = done; });
AbortSignal.timeout(600000).onabort = () => { throw new Error("waited for"); };
return performance.now() - started < 600;
