// The guest has instructions for operators with what stands around them: variables, arguments, small numbers, jumps, and
// what is done with the result. Each must do what the language says for values of every kind. A number stands for the
// results of one form with all operators and values; those that are expected are another engine's (V8).
const show = (x) => {
  if (typeof x === "bigint") return `${x}n`;
  if (Array.isArray(x)) return `[${x.map(show)}]`;
  if (typeof x === "function" || typeof x === "object" && x !== null) return typeof x;
  return Object.is(x, -0) ? "-0" : typeof x + String(x);
};
const result = (f, ...args) => { try { return show(f(...args)); } catch (error) { return error.name; } };
const sum = (texts) => [...texts.join()].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1000000007, 7);

const values = [
  0, -0, 1, -1, 3, 7, 127, 128, -129, 32768, 46341, 2147483647, -2147483648, 4294967296, 0.5, -2.5, 1e300, NaN, Infinity,
  "5", "a", "", true, false, null, undefined, 10n, [3], { valueOf: () => 4 },
];
const others = [0, -1, 3, 2147483647, 0.5, NaN, "5", undefined, 10n, values.at(-1)];
const operators = ["+", "-", "*", "%", "<", "<=", ">", ">=", "===", "!==", "==", "!=", "&&", "||", "??", "&", ">>>"];
const far = "q = q; q = q; ".repeat(40); // behind what a short jump reaches
const operations = [
  "let a = p, b = q; return a OP b;",
  "return p OP q;",
  "let a = p; return a OP q;",
  "let b = q; return p OP b;",
  "return p OP 3;",
  "let a = p; return a OP -1;",
  "return p OP 300;",
  "let a = p; return a OP 70000;",
  "return 2 OP p;",
  "let a = p, b = q, c; c = a OP b; return [c, a, b];",
  "let c = 1; c = c OP p; return c;",
  "let a = p, b = q; return [a * b OP p, p OP a * b];",
  "let a = p, b = q; if (a OP b) return 1; return 2;",
  "if (p OP q) return 1; return 2;",
  "if (!(p OP q)) return 1; return 2;",
  "let a = p; if (a OP 3) return 1; return 2;",
  "if (p OP -1) return 1; return 2;",
  "if (p OP 300) return 1; return 2;",
  "if (p OP 70000) return 1; return 2;",
  `let a = p, b = q; if (a OP b) { ${far} return 1; } return 2;`,
  `if (p OP 3) { ${far} return 1; } return 2;`,
  "let n = 0; while ((p OP q) && n++ < 3); return n;",
  "return (p OP q) || q;",
  "return (p OP q) && q;",
  "return (p OP q) ?? q;",
  "if ((p OP q) || (q OP p)) return 1; return 2;",
  `if ((p OP q) && (q OP p)) { ${far} return 1; } return 2;`,
  "return (() => p OP q)();",
  "let a = p; const f = () => a OP q; a = q; return f();",
];
const found = [];
for (const operation of operations) {
  const texts = [];
  for (const operator of operators) {
    const f = new Function("p", "q", operation.replaceAll("OP", operator));
    for (const p of values) for (const q of others) texts.push(result(f, p, q));
  }
  found.push(sum(texts));
}

const properties = [
  (o) => { const p = o; return p.x; },
  (o) => o.x,
  (o) => o?.x,
  (o) => o.length,
  (o) => { const p = o; return p.f(1); },
  (o) => o.f?.(1),
  (o, k) => o[k],
  (o, k) => { const p = o, i = k; return p[i]; },
  (o, k) => { const i = k; return o[i]; },
  (o, k) => { o[k] = 5; return o[k]; },
  (o, k) => { const p = o, i = k; p[i] = k; return [p[i], p.length]; },
  (o, k) => { const p = o; return [p[k] = p.x, p.length]; },
  (o, k) => { o[k] -= 1; return o[k]; },
  (o, k) => { o[k] ??= 1; return o[k]; },
  (o, k) => { o[k]++; return o[k]; },
  (o) => { o.x += 1; return o.x; },
  (o) => { o.x ||= 3; o.x &&= 4; return o.x; },
  (o, k) => { o[(o = null, k)] = 1; return o; },
];
const objects = [
  () => [1, 2.5, "c"], () => [], () => ({ x: 1, f: (y) => y }), () => Object.create({ x: 2, f() { return this.x; } }),
  () => ({ get x() { return 3; }, set x(value) { this.length = value; } }), () => ({ get f() { throw new SyntaxError(); } }),
  () => Object.freeze([1, 2]), () => Object.freeze({ x: 1 }), () => new Uint8Array([7, 8]), () => new Float64Array(2),
  () => (function () { return arguments; })(1, 2), () => new Proxy([1, 2], {}), () => "text", () => 5, () => null,
  () => undefined, () => Symbol.iterator, () => new (class { #x = 1; x = this.#x; f(y) { return super.f ?? y; } })(),
];
const keys = [0, 1, 2, 3, -1, 0.5, "0", "x", "f", Symbol.iterator, null, { toString: () => "x" }];
for (const property of properties) {
  found.push(sum(objects.flatMap((make) => keys.map((key) => result(property, make(), key)))));
}

// A form that one kind of value has taken still knows the others.
const add = (a, b) => { let c = 0; c = a + b; return c; };
const less = (a, b) => { if (a < b) return true; return false; };
const mixed = [[1, 2], ["a", 1], [1, 2], [0.5, 1], [2147483647, 1], [1n, 2n], [1, 2]].map(([a, b]) => show([add(a, b), less(a, b)]));
return { found, mixed };
