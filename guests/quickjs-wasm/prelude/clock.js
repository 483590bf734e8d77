// performance.now. Date is JavaScript's own, with the host's clock, in UTC.
const { elapsed, now } = raw;
const { define } = guest;

guest.elapsed = elapsed;
define(globalThis, 'performance', { now: () => elapsed() });
Object.defineProperty(performance, 'timeOrigin', { __proto__: null, get: () => now() - elapsed(), enumerable: true });
