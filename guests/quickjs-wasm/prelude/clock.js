// performance.now. Date is JavaScript's own, with the host's clock, in UTC.
// After: value.
const { elapsed, now } = raw.clock; // nano- and microseconds
const { define } = guest;

define(globalThis, 'performance', { now: () => elapsed() / 1e6 });
Object.defineProperty(performance, 'timeOrigin', { __proto__: null, get: () => now() / 1e3 - elapsed() / 1e6, enumerable: true });
