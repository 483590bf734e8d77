// The time since the run began, with a fraction, and when that was.
if (performance.now() !== 0 || performance.timeOrigin !== 1700000000000) throw new Error(`${performance.now()} of ${performance.timeOrigin}`);
await util.sleep(1500);
return [performance.now(), performance.timeOrigin];
