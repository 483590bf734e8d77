// Handles webhook payloads that arrive as a JSON parameter
const payload = JSON.parse(params.payload ?? '{"type":"issue.opened","issue":{"title":"Crash on start","body":"boom","labels":[]}}');
const handlers = {
  "issue.opened": onIssue,
  "issue.closed": async ({ issue }) => ({ closed: issue.title }),
};
async function onIssue({ issue }) {
  const labeler = Agent.builder().name("labeler").type("llm").model("openai/gpt-4").temperature(0.1).customConfig({ system_prompt: "Choose labels, comma separated." }).build();
  const reply = await labeler.execute({ prompt: `${issue.title}\n${issue.body}` });
  const labels = reply.text.split(",").map((s) => s.trim().toLowerCase());
  await Event.emit({ event_type: "custom:labeled", payload: { title: issue.title, labels } });
  return { labels };
}
const log = [];
const sub = await Event.subscribe("custom:*", (e) => { log.push(`${e.event_type} ${e.payload.labels.join("|")}`); });
Hook.register("agent:after_execution", (ctx) => {
  log.push(`agent ${ctx.component_id.name} ${typeof ctx.duration_ms}`);
  return "continue";
}, "high");
Hook.register("BeforeAgentExecution", (ctx) => { log.push("before"); return { continue_execution: true }; }, "low");

const handler = handlers[payload.type];
if (!handler) throw new Error(`no handler for ${payload.type}`);
let result;
try { result = await handler(payload); } finally { log.push("handled"); }
while (log.length < 4) await new Promise((r) => setTimeout(r, 5));
await Event.unsubscribe(sub);
console.log(log.join("\n"));
const hooks = await Hook.list({ hook_point: "agent:*" });
console.log("hooks:", hooks.length);
const signature = await Tool.execute("hash-calculator", { operation: "hash", algorithm: "sha256", input: JSON.stringify(payload) });
console.log("signed:", /^[0-9a-f]{64}$/.test(signature.result.hash));
const deliveries = (await State.load("global", "deliveries")) ?? [];
deliveries.push({ type: payload.type, ok: true });
await State.save("global", "deliveries", deliveries);
console.log("deliveries:", (await State.load("global", "deliveries")).length);
const stats = await Event.stats();
console.log(typeof stats, typeof result);
export default result;
