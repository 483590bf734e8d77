const assert = (truth) => { if (!truth) throw new Error("assertion failed"); };
const texts = [
  '[]', '{}', '[[],{}]', '[1,-0.0,9007199254740993,-9223372036854775808,9223372036854775807,1e+300,0.1]',
  '{"a":{"b":[1,2,{"c":[]}]},"empty":{},"list":[]}', '"\\u0000x\\u0000"', '"\\ud83d\\ude00 é"', '[null,1,null]',
  '[true,false]', '"\\"\\\\\\n\\t\\b\\f\\r\\/"',
];
const out = [];
for (const text of texts) {
  const once = JSON.encode(JSON.decode(text));
  assert(JSON.encode(JSON.decode(once)) === once);
  out.push(once);
}
assert(typeof JSON.decode("9007199254740992") === "number" && JSON.decode("9007199254740993") === 9007199254740993n);
assert(JSON.decode("-9223372036854775808") === -(2n ** 63n) && Object.is(JSON.decode("-0.0"), -0) && JSON.decode("1.0") === 1);
assert(JSON.encode(2 ** 53 + 2) === "9007199254740994.0" && JSON.encode(-(2 ** 53)) === "-9007199254740992");
assert(JSON.encode(1e21) === "1e+21" && JSON.encode(5e-324) === "5e-324" && JSON.encode(1e-7) === "1e-7");
for (const number of [0.1, 1 / 3, 123456.789, 1.7976931348623157e308, 4.35, 2 ** 60, -1e20, 1e15 + 0.5])
  assert(JSON.decode(JSON.encode(number)) === number && JSON.decode(JSON.encode([number]))[0] === number);
assert(JSON.decode('{"a":null}').a === null && JSON.encode({a: undefined, b: 1}) === '{"b":1}');
assert(JSON.decode('{"__proto__":{"x":1}}').x === undefined && ({}).x === undefined);
assert(JSON.encode(new String("s")) === '"s"' && JSON.encode(Object(1n)) === "1" && JSON.encode(new Date(0)) === '"1970-01-01T00:00:00.000Z"');
assert(JSON.encode(Object.create({inherited: 1}, {hidden: {value: 1}, seen: {value: 2, enumerable: true}})) === '{"seen":2}');
assert(JSON.encode(new Proxy([1, 2], {})) === "[1,2]" && JSON.encode(new Proxy({a: 1}, {})) === '{"a":1}');
assert(JSON.encode({toJSON() { return {n: 1}; }}) === '{"n":1}');
assert(JSON.encode({e: Object.assign(new TypeError("m"), {code: "c"})}) === '{"e":{"message":"m","code":"c"}}');
let reads = 0;
const changing = {get x() { return ++reads; }, get y() { return reads; }};
assert(JSON.encode(changing) === '{"x":1,"y":1}' && reads === 1);
const shrinking = [{toJSON() { shrinking.length = 0; return 1; }}, 2];
try { JSON.encode(shrinking); assert(false); } catch (error) { assert(error.message.includes("$[1]")); }
assert(JSON.encode([1], 2) === "[\n  1\n]" && JSON.encode({a: []}, true) === '{\n  "a": []\n}');
return out;
