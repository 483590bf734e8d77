console.log({ a: [1, { b: null }], s: 'x"y' });
class Point { constructor(x) { this.x = x; } }
console.log(new Map([[1, { x: 2 }]]), new Set([1, "two"]), new Point(1));
console.log(function named() {}, () => 1, Promise.resolve(1), /x/g, new Date());
console.log(undefined, null, -0, NaN, 10n, Symbol("s"), ["in", undefined]);
const circle = { self: null, get get() { throw new Error("ran"); } };
circle.self = circle;
console.log(circle);
console.log(new TypeError("wrong"));
console.log(Task, [new TypeError("inside")]);
try { llm.agent({ temprature: 1 }); } catch (failure) { console.log(failure); }
console.log(new Array(10000).fill(0));
console.log(`${llm.agent({ name: "poet" })}`, new Proxy({}, { ownKeys() { throw new Error("ran"); } }));
let deep = [];
for (let i = 0; i < 1000; i++) deep = [deep];
console.log(deep);
