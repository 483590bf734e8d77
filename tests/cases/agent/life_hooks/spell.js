// Hooks when an agent begins and when it ends. While there are any, to make an agent takes time.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const caught = async (call) => { try { await call(); } catch (why) { return why; } throw new Error("no error"); };
const order = [];
Hook.register("agent:*", (context) => { order.push(context.point + " " + context.agent_name); });
const guard = Hook.register("agent:before_init", ({ data }) => {
  if (data.name === "evil") return false;
  return { type: "modified", data: { name: data.name, model: "openai/tame", system: "Behave." } };
});
const agent = await Agent.create({ name: "good", model: "openai/wild" });
assert(agent.model === "openai/tame" && (await agent.run("x")).text === "tame", "good");
let why = await caught(() => Agent.create({ name: "evil" }));
assert(why.code === "cancelled", why);
guard.unregister();
why = await caught(() => Agent.create({ name: "outside", model: "secret/x" }));
assert(why.code === "denied", why);
const smuggler = Hook.register("agent:before_init", () => ({ type: "modified", data: { model: "secret/x" } }));
why = await caught(() => Agent.create({ name: "smuggled" }));
assert(why.code === "denied", why);
smuggler.unregister();
const stay = Hook.register("agent:before_shutdown", () => "stay");
why = await caught(() => agent.destroy());
assert(why.code === "cancelled" && why.message === "stay" && (await agent.run("x")).text === "tame", why);
stay.unregister();
await agent.destroy();
return order;
