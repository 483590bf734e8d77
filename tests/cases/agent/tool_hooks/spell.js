// Hooks around tool calls, the model's and the spell's own.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const caught = (promise) => promise.then((value) => { throw new Error("no error but " + value); }, (why) => why);
const log = [];
Tool.create({ name: "shout", parameters: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
  execute: ({ text }) => {
    log.push(text);
    if (text === "fail") throw new Error("hoarse");
    return text.toUpperCase();
  } });
Tool.create({ name: "whisper", parameters: { type: "object" }, execute: ({ text }) => "psst " + (text ?? "") });
const once = (point, answer) => {
  const hook = Hook.register(point, (context) => {
    hook.unregister();
    return typeof answer === "function" ? answer(context) : answer;
  });
};
const shout = (text) => Tool.invoke("shout", { text });

once("tool:*:before_execution", (context) => {
  assert(context.tool_name === "shout" && context.input.text === "a" && context.component_id.name === "shout", "context");
  return { type: "modified", data: { text: "b" } };
});
assert((await shout("a")) === "B", 1);
// What a hook makes of the arguments has to fit as well.
once("tool:before_execution", { type: "modified", data: { text: 1 } });
let why = await caught(shout("a"));
assert(why.code === "invalid", why);
once("tool:shout:before_execution", { type: "replace", data: "canned" });
assert((await shout("a")) === "canned", 3);
once("pre_tool_call", "skip");
assert((await shout("a")).skipped === "a hook skipped it", 4);
once("BeforeToolExecution", { type: "redirect", target: "whisper" });
assert((await shout("a")) === "psst a", 5);
once("tool:before_execution", "no shouting");
why = await caught(shout("a"));
assert(why.code === "cancelled" && why.message === "no shouting", why);
once("tool:after_execution", (context) => ({ type: "modified", data: context.result + "!" }));
assert((await shout("c")) === "C!", 7);
once("tool:error", { type: "replace", data: "a cough" });
assert((await shout("fail")) === "a cough", 8);
once("tool:error", { type: "retry", delay_ms: 1, max_attempts: 5 });
why = await caught(shout("fail"));
assert(why.code === "tool", why);
once("tool:validation", (context) => {
  assert(context.valid === false && context.error.code === "invalid", "validation");
  return { type: "modified", data: { text: "mended" } };
});
assert((await Tool.invoke("shout", {})) === "MENDED", 10);
once("tool:after_discovery", { type: "modified", data: [] });
assert((await Tool.discover({})).length === 0 && (await Tool.discover({ text: "shout" })).length === 1, 11);

// In an agent's loop the reason is what the model is told, and the loop goes on.
const agent = Agent.create({ tools: ["shout", "whisper"] });
once("tool:before_execution", { type: "cancel", reason: "people are asleep" });
assert((await agent.run("say it")).text === "I whispered.", 12);

// What is not granted stays so.
once("tool:before_execution", { type: "redirect", target: "launch" });
why = await caught(shout("a"));
assert(why.code === "denied", why);
const told = [];
Event.subscribe("tool.*", (event) => { told.push(event.type + " " + event.data.tool); });
await shout("d");
await shout("fail").catch(() => {});
await util.sleep(1);
return [log, told.sort()];
