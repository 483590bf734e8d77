// Hooks on each request to a model, those of agents and of llm.complete.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const caught = (promise) => promise.then((value) => { throw new Error("no error but " + value); }, (why) => why);
const once = (point, answer) => {
  const hook = Hook.register(point, (context) => {
    hook.unregister();
    return typeof answer === "function" ? answer(context) : answer;
  });
};
const ask = (text) => llm.complete({ messages: [{ role: "user", content: text }], model: "openai/gpt-4" });

once("model:before_call", (context) => {
  assert(context.data.model === "openai/gpt-4" && context.turn === 1, "context");
  const { messages } = context.data;
  messages.at(-1).content += "?";
  return { type: "modified", data: { messages, settings: { temperature: 0.1 }, model: "openai/small" } };
});
assert((await ask("why")).text === "because", 1);
once("model:before_call", { type: "replace", data: "cached" });
const reply = await ask("why");
assert(reply.text === "cached" && reply.usage.total_tokens === undefined && reply.provider === "replaced", 2);
once("model:before_call", "too expensive");
let why = await caught(ask("why"));
assert(why.code === "cancelled" && why.message === "too expensive", why);
once("model:before_call", { type: "redirect", target: "openai/small" });
assert((await ask("small")).model === "small", 4);
once("model:before_call", { type: "redirect", target: "secret/x" });
why = await caught(ask("why"));
assert(why.code === "denied", why);
once("model:before_call", () => "skip");
assert((await ask("why")).text === "", 6);

once("model:after_call", { type: "modified", data: { text: "cut" } });
assert((await ask("long")).text === "cut", 7);
const again = Hook.register("model:after_call", ({ data }) => {
  if (data.text === "rude") return { type: "retry", delay_ms: 1, max_attempts: 3 };
});
assert((await ask("rude")).text === "polite", 8);
again.unregister();

once("model:error", { type: "retry", delay_ms: 1, max_attempts: 2 });
assert((await ask("flaky")).text === "ok", 9);
once("model:error", { type: "redirect", target: "openai/backup" });
assert((await ask("down")).model === "backup", 10);
once("model:error", { type: "replace", data: "canned" });
assert((await ask("down again")).text === "canned", 11);
once("model:error");
return (await caught(ask("down for good"))).code;
