const { log } = console, { defineProperty, getOwnPropertyNames, getOwnPropertySymbols } = Object, { complete, agent } = llm;
const { decode } = JSON, { sleep } = util, { warn } = Logger, uuid = crypto.randomUUID;
const bad = () => { throw "poison"; };
const poison = (object, but = []) => {
  const names = getOwnPropertyNames(object), symbols = getOwnPropertySymbols(object);
  for (let i = 0; i < names.length + symbols.length; i++) {
    const name = i < names.length ? names[i] : symbols[i - names.length];
    let kept = false;
    for (let k = 0; k < but.length; k++) kept ||= but[k] === name;
    if (!kept) try { defineProperty(object, name, { __proto__: null, value: bad, configurable: true, writable: true }); } catch (error) { if (error === "poison") throw error; }
  }
};
const prototypes = [Array.prototype, String.prototype, Number.prototype, Function.prototype, RegExp.prototype, Map.prototype,
  Set.prototype, Promise.prototype, Error.prototype, Date.prototype, Symbol.prototype, Object.getPrototypeOf([][Symbol.iterator]()),
  Object.getPrototypeOf(Uint8Array.prototype), Uint8Array.prototype, Object, Array, Reflect, JSON, Math, Number, String, Promise, Proxy];
// `await` itself, by JavaScript's rules, asks a promise for its constructor; for its `then` it asks only objects that are not promises.
for (let i = 0; i < prototypes.length; i++) poison(prototypes[i], ["prototype", i === 7 ? "constructor" : ""]);
poison(Object.prototype, ["__proto__"]);
const extra = ["then", "get", "set", "value", "toJSON", "text", "messages", "model", "prompt", "0", "1", "raw"];
for (let i = 0; i < 12; i++) defineProperty(Object.prototype, extra[i], { __proto__: null, get: bad, set: bad, configurable: true });
for (let i = 0; i < 3; i++) defineProperty(Array.prototype, i, { __proto__: null, get: bad, set: bad, configurable: true });
for (let names = getOwnPropertyNames(globalThis), i = 0; i < names.length; i++)
  try { defineProperty(globalThis, names[i], { __proto__: null, value: bad, configurable: true, writable: true }); } catch (error) { if (error === "poison") throw error; }
log("still", "here", { a: [1, { b: 2 }] }, [1, 2]);
warn("still here");
await sleep(1);
uuid();
await agent({ model: "m", temperature: 0.5 }).run("x", { max_tokens: 5 });
let code;
try { await complete({ temprature: 1, prompt: "x" }); } catch (failure) { code = failure.code; }
if (code !== "invalid") log("no code");
// A text: an object would be asked for its `then`, as anything is that an async function returns.
return (await complete({ prompt: "x" })).length + decode('[{"a":[1]}]').length;
