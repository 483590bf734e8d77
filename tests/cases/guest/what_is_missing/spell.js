const assert = (truth, what) => { if (!truth) throw new Error(`${what}`); };
for (const name of ["process", "fs", "os", "Deno", "Bun", "Buffer", "XMLHttpRequest", "WebSocket", "Worker", "std", "window", "document"])
  assert(globalThis[name] === undefined, name);
const message = (f) => { try { f(); } catch (error) { return error.message; } throw new Error("it worked"); };
assert(message(() => XMLHttpRequest.open()).includes("fetch"), "XMLHttpRequest");
assert(message(() => process.env.HOME).includes("env.NAME"), "process");
assert(message(() => sleep(1)).includes("util.sleep"), "sleep");
// What people try, and a word of what does its work.
const ways = {
  setImmediate: "setTimeout", EventTarget: "Event.subscribe", CustomEvent: "Event.emit", Intl: "toISOString", Blob: "Uint8Array", WebSocket: "fetch", FormData: "URLSearchParams",
  Temporal: "Date", WebAssembly: "other programs", Atomics: "one thread", navigator: "no browser", self: "globalThis", localStorage: "State.set", __dirname: "util.readFile",
  module: "export default", reportError: "console.error", delay: "util.sleep", confirm: "params", prompt: "params", alert: "Alert", Buffer: "Uint8Array", None: "null",
  readFileSync: "util.readFile", writeFileSync: "--allow-write", requestAnimationFrame: "setTimeout", Worker: "Task.spawn", ReadableStream: "async function*", OpenAI: "llm.complete",
  fs: "readFileSync", Deno: "util.readFile", input: "params", redis: "State.set", axios: "fetch", XMLHttpRequest: "fetch", indexedDB: "State.set",
};
for (const name in ways) {
  const said = message(() => (0, eval)(name));
  assert(said.startsWith(name + " is not defined: ") && said.includes(ways[name]), said);
  assert((0, eval)("typeof " + name) === "undefined", name);
}
assert(message(() => nothingOfTheKind).endsWith("is not defined"), "unknown");
for (const name of ["net", "node:http", "child_process", "lodash"]) {
  assert(message(() => require(name)).includes("'llmspell'"), name);
  const error = await import(name).catch((error) => error);
  assert(error instanceof TypeError && error.message.includes("'llmspell'"), name);
}
assert(await import("llmspell").then(({ llm: same }) => same === llm), "llmspell");
assert(eval("1 + 1") === 2 && new Function("return 1 + 1")() === 2, "eval");
assert(message(() => Agent.builder().api_key("sk-1")).includes("key"), "api_key");
assert(message(() => Agent.builder().temprature(1)).includes("temprature"), "builder");
assert(message(() => setTimeout("code", 1)).includes("function"), "setTimeout");
// What the prelude adds can be hidden, and the global of the same name read while it is.
const llm2 = llm;
{
  const llm = llm.agent({model: "m"});
  const util = util.sleep, JSON2 = JSON;
  assert(llm.model.endsWith("m") && util === globalThis.util.sleep, "a constant made from its own name");
  const Agent = await Agent.createAsync({name: "n"});
  assert(Agent.name === "n", "the same, awaited");
}
assert(message(() => { const mine = mine.x; }).includes("mine"), "names of the spell's own");
assert(message(() => { const env = { x: env.x }; }).includes("env"), "another form");
