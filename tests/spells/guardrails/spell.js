// Guardrails: input and output filters round a model, with events for an audit
const blocked = [/\bpassword\b/i, /\d{4}-\d{4}-\d{4}-\d{4}/];
const redact = (s) => s.replace(/[\w.+-]+@[\w-]+\.\w+/g, "<mail>").replace(/\b\d{10,}\b/g, "<number>");
const audit = [];
Event.subscribe("audit.*", (event) => audit.push(`${event.event_type}:${event.data.what}`));
Hook.register("BeforeAgentExecution", (ctx) => {
  const text = ctx.data?.prompt ?? ctx.data?.text ?? JSON.stringify(ctx.data);
  if (blocked.some((re) => re.test(text))) { Event.emit("audit.blocked", { what: "input" }); return { type: "cancel", reason: "guard: input refused" }; }
  return { type: "modified", data: { ...ctx.data, prompt: redact(text) } };
}, "highest");
Hook.register("AfterAgentExecution", (ctx) => {
  const reply = ctx.data?.text ?? ctx.result?.text ?? String(ctx.data);
  if (/forbidden/.test(reply)) { Event.emit("audit.replaced", { what: "output" }); return { type: "replace", data: { ...ctx.data, text: "[removed]" } }; }
}, "lowest");
const bot = await Agent.create({ name: "bot", model: "openai/gpt-4", system_prompt: "Be kind." });
for (const q of ["Hello", "my password is 123", "mail me at ann@example.org", "say it"]) {
  try { console.log(q.slice(0, 8), "->", (await bot.execute({ prompt: q })).text); } catch (e) { console.log(q.slice(0, 8), "-> refused:", e.message, "|", e.code); }
}
while (audit.length < 2) await util.sleep(2);
console.log(audit.sort().join(" "));
console.log((await Hook.list()).map((h) => `${h.name ?? h.hook_point}/${h.priority}`).sort().join(" "));
const id = await Hook.register("custom:checkpoint", () => "continue");
await Hook.pause(id); await Hook.resume(id); await Hook.unregister(id);
let bad; try { bad = await Hook.register("agent:nonsense", () => {}); } catch (e) { bad = e.message.split(";")[0]; }
console.log(bad);
