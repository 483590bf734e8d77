// All that hooks can do before an agent runs, after it ran, and when it failed.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const caught = (promise) => promise.then((value) => { throw new Error("no error but " + value); }, (why) => why);
const agent = Agent.create({ name: "writer", model: "openai/gpt-4" });
Agent.create({ name: "other", model: "openai/gpt-4" });
const seen = [];
const once = (point, answer) => {
  const hook = Hook.register(point, (context) => {
    hook.unregister();
    seen.push(`${context.point} ${context.agent_id} ${context.input ?? context.error?.code}`);
    return typeof answer === "function" ? answer(context) : answer;
  });
};
const run = (prompt) => agent.run(prompt, { stateless: true });

// before
once("agent:before_execution", { continue_execution: true });
assert((await run("plain")).text === "plain answer", 1);
once("BeforeAgentExecution", ({ data }) => ({ type: "modified", data: { prompt: data.prompt + " changed", settings: { temperature: 0 } } }));
assert((await run("it")).text === "changed answer", 2);
once("before_agent_execution", { type: "modified", data: "as text" });
assert((await run("it")).text === "text answer", 3);
once("agent:before_execution", "skip");
const skipped = await run("it");
assert(skipped.text === "" && skipped.skipped === "a hook skipped it" && skipped.usage.total_tokens === undefined, 4);
once("agent:before_execution", { type: "cancel", reason: "not today" });
let why = await caught(run("it"));
assert(why.code === "cancelled" && why.message === "not today", why);
once("agent:before_execution", { type: "replace", data: "ready-made" });
assert((await run("it")).text === "ready-made", 6);
once("agent:writer:before_execution", { type: "redirect", target: "other" });
const reply = await run("other");
assert(reply.text === "other answer" && reply.agent === "other", 7);
once("agent:before_execution", { type: "redirect", target: "anthropic/claude" });
assert((await run("model")).model === "claude", 8);
let tries = 0;
const again = Hook.register("agent:before_execution", () => ++tries < 3 ? { type: "retry", delay_ms: 5, max_attempts: 9 } : undefined);
assert((await run("plain")).text === "plain answer" && tries === 3, 9);
again.unregister();

// after
once("agent:after_execution", (context) => {
  assert(context.duration_ms !== undefined && context.result == "plain answer" && context.data.model === "gpt-4", "context");
  return { type: "modified", data: { text: "censored" } };
});
assert((await agent.run("plain")).text === "censored" && agent.getHistory()[1].content === "censored", 10);
agent.clear_history();
once("agent:after_execution", { type: "replace", data: { text: "other", object: { a: 1 } } });
assert((await run("plain")).object.a === 1, 11);
once("agent:after_execution", "this must not get out");
why = await caught(run("plain"));
assert(why.code === "cancelled" && why.message === "this must not get out", why);
once("agent:after_execution", { type: "retry", delay_ms: 1, max_attempts: 3 });
assert((await run("plain")).text === "plain answer", 13);

// errors
once("agent:error");
why = await caught(run("fail"));
assert(why.code === "provider", why);
once("agent:error", { type: "replace", data: "sorry" });
assert((await run("fail")).text === "sorry", 15);
once("agent:error", { type: "retry", delay_ms: 1, max_attempts: 3 });
assert((await run("heals")).text === "well", 16);
once("agent:error", { type: "redirect", target: "openai/backup" });
assert((await run("fail over")).model === "backup", 17);
// A hook that fails is no reason to stop, unless it is told to be one.
once("agent:before_execution", () => { throw new Error("broken hook"); });
assert((await run("plain")).text === "plain answer", 18);
const closed = Hook.register("agent:before_execution", () => { throw new Error("broken guard"); }, { fail_closed: true });
why = await caught(run("plain"));
assert(why.code === "denied", why);
closed.unregister();

// Grants hold for what comes out of a hook.
once("agent:before_execution", { type: "redirect", target: "secret/model" });
why = await caught(run("plain"));
assert(why.code === "denied" && why.message.includes("secret/model"), why);
return seen;
