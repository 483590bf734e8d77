const seen = [];
const outcome = async (f) => { try { return String(await f()); } catch (error) { return error?.name ?? error; } };
const later = (reason) => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(reason), 5);
  return controller.signal;
};
const agent = Agent.create({ model: "test/m", stateless: true }), signal = AbortSignal.abort();
const slow = Tool.register({ name: "slow", execute: async () => { await util.sleep(60000); } });
const both = Agent.createComposite("both", [agent, agent], "parallel");
const words = async (stream) => { let all = ""; for await (const piece of stream) all += piece; return all; };
const ways = {
  run: (signal) => agent.run("x", { signal }),
  prompt: (signal) => agent.run({ prompt: "x", signal }),
  stream: (signal) => words(agent.stream("x", { signal })),
  listened: (signal) => agent.stream("x", () => {}, { signal }),
  composite: (signal) => both.run("x", { signal }),
  complete: (signal) => llm.complete({ model: "test/m", prompt: "x", signal }),
  text: (signal) => llm.complete("x", { model: "test/m", signal }),
  messages: (signal) => llm.complete([{ role: "user", content: "x" }], { model: "test/m", abortSignal: signal }),
  "llm.stream": (signal) => words(llm.stream({ model: "test/m", prompt: "x", signal })),
  tool: (signal) => slow({}, { signal }),
  "Tool.execute": (signal) => Tool.execute("slow", {}, { signal }),
  sleep: (signal) => util.sleep(60000, { signal }),
  "Task.all": (signal) => Task.all([() => util.sleep(60000), () => agent.run("x")], { signal }),
  "Task.race": (signal) => Task.race([() => util.sleep(60000)], { signal }),
  "Task.any": (signal) => Task.any([() => util.sleep(60000)], { signal }),
  "Task.timeout": (signal) => Task.timeout(50000, () => util.sleep(60000), { signal }),
  "Task.sleep": (signal) => Task.sleep(60000, { signal }),
  "Event.receive": (signal) => Event.receive(Event.subscribe("never"), 60000, { signal }),
};
const started = performance.now();
for (const name in ways) {
  seen.push([name, await outcome(() => ways[name](signal)), await outcome(() => ways[name](later())), await outcome(() => ways[name](later("enough"))),
    await outcome(() => ways[name](AbortSignal.any([new AbortController().signal, AbortSignal.timeout(5)])))]);
}
if (performance.now() - started > 10000) throw new Error("something was waited for");
const controller = new AbortController(), quick = [];
for (let i = 0; i < 3; i++) quick.push(await agent.run("quick", { signal: controller.signal }).then(String));
controller.abort();
const heard = [];
const one = new AbortController();
one.signal.onabort = (event) => heard.push("on", event.type, event.target === one.signal);
const listener = () => heard.push("removed");
one.signal.addEventListener("abort", listener);
one.signal.removeEventListener("abort", listener);
one.signal.addEventListener("abort", () => heard.push("listener"), { once: true });
one.abort();
one.abort("again");
const message = (f) => { try { f(); } catch (error) { return error.message ?? error; } throw new Error("it worked"); };
heard.push(one.signal.aborted, one.signal.reason.name, one.signal.reason.code, one.signal instanceof AbortSignal);
const refused = [() => new AbortSignal(), () => AbortSignal.any(3), () => AbortSignal.any([{}]), () => AbortSignal.timeout("1"), () => one.signal.throwIfAborted(),
  () => agent.run("x", { signal: {} }), () => util.sleep(1, { sgnal: 1 }), () => one.signal.addEventListener("aborted", () => {}), () => AbortSignal.abort(5).throwIfAborted()].map(message);
// A rejection that nobody looks at is one, also by way of a signal.
return { seen, quick, heard, refused };
