// OpenAI/LangChain habits in a spell
const messages = [{ role: "system", content: "You are terse." }];
async function chat(text) {
  messages.push({ role: "user", content: text });
  const res = await llm.complete({ model: "gpt-4o-mini", messages, temperature: 0.2, max_tokens: 100 });
  messages.push({ role: "assistant", content: res.content });
  return res;
}
const first = await chat("Hi, I am Ann.");
console.log(first.content, first.usage.total_tokens, first.finish_reason);
const second = await chat("What is my name?");
console.log(second.content.includes("Ann"), messages.length);
console.log(JSON.stringify(messages.map((m) => m.role)));
const parsed = JSON.parse(await chat("JSON please"));
console.log(parsed.list.map((x) => x * 2));
const { content, usage: { total_tokens: total = 0 } = {} } = await chat("destructure");
console.log(content, typeof total);
const replies = await Promise.all(["a", "b", "c"].map((x) => llm.complete({ model: "gpt-4o-mini", messages: [{ role: "user", content: `one ${x}` }] })));
console.log(replies.map((r) => r.content).join(" "), replies.map(String).sort().at(-1), `${replies[0]}`);
const joined = replies.join(", ");
console.log(joined, replies[0].length, replies[0] + replies[1], replies.includes("A"), replies.indexOf("B"));
const winner = await Promise.any([llm.complete({ model: "x/y", messages: [{ role: "user", content: "bad" }] }), llm.complete({ model: "gpt-4o-mini", messages: [{ role: "user", content: "good" }] })]);
console.log("any:", winner.content);
const race = await Promise.race([chat("slow one"), new Promise((_, no) => setTimeout(() => no(new Error("timeout")), 5))]).catch((e) => e.message);
console.log("race:", race);
let attempts = 0;
const withRetry = async (fn, n = 3) => { for (;;) { try { return await fn(); } catch (e) { if (++attempts >= n) throw e; console.log("retry", attempts, e.code ?? e.name); } } };
console.log((await withRetry(() => chat("sometimes"))).content);
switch ((await chat("yes or no")).content.trim().toLowerCase()) { case "yes": console.log("y"); break; default: console.log("n"); }
class ChatError extends Error { constructor(m, options) { super(m, options); this.name = "ChatError"; } }
try { try { await chat("fatal"); } catch (cause) { throw new ChatError("wrapped", { cause }); } } catch (e) { console.log(e.name, e.cause?.message?.split(":")[0], e instanceof ChatError, String(e)); }
const map = new Map(); map.set(String(first), 1); console.log(map.size, Object.entries(first.usage).length > 0);
const tokens = messages.reduce((n, m) => n + Math.ceil(m.content.length / 4), 0); console.log(tokens > 5);
const stream = await llm.stream?.({ model: "gpt-4o-mini", messages: [{ role: "user", content: "stream" }] });
let all = ""; if (stream) for await (const c of stream) { if (!c.done) all += c; } console.log(all);
const embed = await llm.embed?.("hello").catch((e) => e); console.log(embed instanceof Error || Array.isArray(embed) || typeof embed);
console.log(new Date(0).toLocaleDateString(), new Date(0).toLocaleTimeString?.(), (1234567.891).toLocaleString());
