// Answers with a cache, budgets and metrics kept in state
const TTL = 60_000;
const now = () => Date.now();
const cacheKey = async (model, prompt) => {
  const { result } = await Tool.execute("hash-calculator", { operation: "hash", algorithm: "sha256", input: `${model}\u0000${prompt}` });
  return result.hash.slice(0, 16);
};
class Cache {
  constructor(scope, ttl) { Object.assign(this, { scope, ttl, hits: 0, misses: 0 }); }
  async get(key) {
    const entry = await State.load(this.scope, key);
    if (entry && now() - entry.at < this.ttl) { this.hits++; return entry.value; }
    if (entry) await State.delete(this.scope, key);
    this.misses++;
    return undefined;
  }
  async set(key, value) { await State.save(this.scope, key, { value, at: now() }); return value; }
  async clear() { for (const k of await State.listKeys(this.scope)) await State.delete(this.scope, k); }
  get ratio() { return this.hits / (this.hits + this.misses || 1); }
}
const cache = new Cache("custom", TTL);
const agents = new Map();
const agentFor = (model) => agents.get(model) ?? agents.set(model, Agent.create({ name: `a-${agents.size}`, model, stateless: true })).get(model);
async function ask(prompt, { model = "openai/gpt-4", fresh = false } = {}) {
  const key = await cacheKey(model, prompt);
  if (!fresh) { const hit = await cache.get(key); if (hit !== undefined) return { text: hit, cached: true }; }
  const reply = await agentFor(model).execute({ text: prompt });
  return { text: await cache.set(key, reply), cached: false, usage: reply.usage };
}
for (const q of ["one", "two", "one", "one"]) { const r = await ask(q); console.log(q, `${r.text}`, r.cached); }
console.log((await ask("one", { fresh: true })).text.toString(), cache.ratio);
console.log((await State.list_keys("custom")).length);
const inFlight = new Map();
const dedupe = (q) => { if (!inFlight.has(q)) inFlight.set(q, ask(q).finally(() => inFlight.delete(q))); return inFlight.get(q); };
const [x, y] = await Promise.all([dedupe("three"), dedupe("three")]);
console.log(x === y, String(x.text));
await cache.clear();
console.log(await State.list_keys("custom"));
const tagged = (strings, ...values) => strings.reduce((a, s, i) => a + s + (i < values.length ? JSON.stringify(values[i]) : ""), "");
console.log(tagged`a ${1} b ${{ c: 2 }}`);
const proxied = new Proxy({}, { get: (_, name) => (...args) => `${String(name)}(${args})` });
console.log(proxied.hello(1, 2), Reflect.ownKeys({ a: 1 }), Object.fromEntries([["k", 1]]));
const weak = new WeakMap([[cache, 1]]); console.log(weak.get(cache), [3, 1, 2].toSorted(), [1, [2, [3]]].flat(Infinity), "abc".at(-1), "a-b".replaceAll("-", "+"));
label: for (const i of [1, 2]) for (const j of [1, 2]) { if (j === 2) continue label; console.log(i, j); }
console.log([..."häß€"].length, "ß".toUpperCase(), "é".normalize("NFD").length, encodeURIComponent("ä b"), parseInt("12px"), Number("x"), 0.1 + 0.2, 2 ** 53, 5n ** 20n);
const gen = (function* () { const x = yield 1; console.log("got", x); return 2; })(); gen.next(); console.log(gen.next("v"));
const date = new Date("2026-03-01T12:00:00Z"); date.setUTCDate(date.getUTCDate() - 1); console.log(date.toISOString(), date.getDay(), JSON.stringify({ d: date }));
console.log(isNaN(Date.parse("garbage")), new Intl_().x);
function Intl_() { this.x = 1; }
setTimeout(() => console.log("timer after end"), 2);
const iv = setInterval(() => { console.log("tick"); clearInterval(iv); }, 1);
queueMicrotask(() => console.log("micro"));
return { hits: cache.hits, misses: cache.misses };
