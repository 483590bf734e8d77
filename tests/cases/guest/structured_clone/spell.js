const assert = (truth, what) => { if (!truth) throw new Error(`${what}`); };
const all = {
  list: [1, , 3], date: new Date(5), pattern: /x\/y/gi, map: new Map([[{ k: 1 }, new Set([1, "a"])]]), error: new RangeError("no", { cause: { x: 1 } }),
  bytes: new Uint8Array([1, 2, 3]).subarray(1), view: new DataView(new ArrayBuffer(8), 2, 4), boxed: [new Number(3), new String("s"), Object(1n)],
  nothing: undefined, zero: -0, big: 2n ** 70n, nested: { deep: [{}] },
};
all.self = all;
all.same = all.nested;
const copy = structuredClone(all);
assert(copy !== all && copy.self === copy && copy.same === copy.nested && copy.nested !== all.nested, "links");
assert(copy.list.length === 3 && !(1 in copy.list) && copy.date.getTime() === 5 && copy.date !== all.date, "list and date");
assert(String(copy.pattern) === "/x\\/y/gi" && copy.pattern.lastIndex === 0, "pattern");
const [[key, set]] = copy.map;
assert(key.k === 1 && key !== [...all.map.keys()][0] && set.has("a") && set.size === 2, "map and set");
assert(copy.error instanceof RangeError && copy.error.message === "no" && copy.error.cause.x === 1 && copy.error.stack === all.error.stack, "error");
assert(copy.bytes.length === 2 && copy.bytes[0] === 2 && copy.bytes.buffer.byteLength === 3 && copy.bytes.byteOffset === 1, "bytes");
assert(copy.view.byteLength === 4 && copy.view.byteOffset === 2, "view");
assert(copy.boxed.map(typeof_).join() === "number,string,bigint" && copy.boxed.every((one) => typeof one === "object"), "boxed");
function typeof_(boxed) { return typeof boxed.valueOf(); }
assert("nothing" in copy && Object.is(copy.zero, -0) && copy.big === all.big, "numbers");
copy.bytes[0] = 9;
assert(all.bytes[0] === 2, "apart");

class Point { constructor() { this.x = 1; } get y() { return 2; } method() {} }
class Date2 extends Date {}
const Map2 = class Map { x = 1; };
assert(JSON.stringify(structuredClone(new Point())) === '{"x":1}' && structuredClone(new Point()).constructor === Object, "a class is lost");
assert(structuredClone(new Date2(7)).getTime() === 7 && structuredClone(new Map2()).x === 1, "what it is counts, not its name");
assert(structuredClone("s") === "s" && structuredClone(null) === null && structuredClone(undefined) === undefined, "scalars");
const reached = [];
structuredClone({ get a() { reached.push("a"); return 1; } });
assert(reached.length === 1, "getters run");

const buffer = new ArrayBuffer(4), moved = structuredClone({ buffer }, { transfer: [buffer] });
assert(buffer.byteLength === 0 && buffer.detached && moved.buffer.byteLength === 4, "transfer");
const refused = (value, options) => {
  try { structuredClone(value, options); } catch (error) {
    assert(error instanceof DOMException && error.name === "DataCloneError" && error.code === 25, error);
    return;
  }
  throw new Error("it was cloned");
};
for (const value of [() => 1, Symbol("s"), { f() {} }, Promise.resolve(1), new WeakMap(), new Proxy({}, {}), buffer, Agent.create({ name: "a" }),
  Task.spawn(() => 1), new URL("http://a"), [1, [() => 1]], new Error("x", { cause: () => 1 })]) refused(value);
refused(1, { transfer: [{}] });
assert(structuredClone(new DOMException("m", "AbortError")).name === "AbortError", "an exception");
let deep = [];
for (let i = 0; i < 100000; i++) deep = [deep];
try { structuredClone(deep); assert(false, "too deep"); } catch (error) { assert(error instanceof RangeError, error); }
