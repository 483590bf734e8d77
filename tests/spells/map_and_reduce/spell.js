// Map-reduce over documents with limited concurrency
const pLimit = (n) => {
  let active = 0; const queue = [];
  const next = () => { active--; if (queue.length) queue.shift()(); };
  return (fn, ...args) => new Promise((resolve, reject) => {
    const run = () => { active++; fn(...args).then(resolve, reject).finally(next); };
    active < n ? run() : queue.push(run);
  });
};
const limit = pLimit(2);
const listing = await Tool.execute("file-operations", { operation: "list_dir", path: "docs" });
const files = listing.result.entries.filter((e) => e.name.endsWith(".md")).map((e) => e.path ?? `docs/${e.name}`).sort();
const mapper = Agent.create({ name: "mapper", model: "gpt-4o-mini", system_prompt: "Summarise in one line.", stateless: true });
const reducer = Agent.create({ name: "reducer", model: "gpt-4o", systemPrompt: "Merge the summaries." });

const t0 = Date.now(), p0 = performance.now();
const summaries = await Promise.all(files.map((f) => limit(async (file) => {
  const { text } = await Tool.execute("file-operations", { operation: "read", path: file });
  const chunks = text.match(/[\s\S]{1,32}/g) ?? [];
  const parts = [];
  for (const c of chunks) parts.push(await mapper.execute({ text: c }));
  return { file, summary: parts.map((p) => p.text).join(" "), tokens: parts.reduce((n, p) => n + (p.usage?.total_tokens ?? 0), 0) };
}, f)));
for (const s of summaries) console.log(`${s.file}: ${s.summary} (${s.tokens > 0 ? "counted" : "no tokens"})`);
let final = "";
for await (const chunk of reducer.stream(summaries.map((s) => s.summary).join("\n"))) {
  if (chunk.done) break;
  final += chunk.text ?? chunk;
}
console.log("final: " + final);
const words = new Map();
for (const w of final.toLowerCase().match(/\p{L}+/gu)) words.set(w, (words.get(w) ?? 0) + 1);
console.log([...words].sort(([a, x], [b, y]) => y - x || a.localeCompare(b)).slice(0, 2));
State.set("summary", { final, at: new Date(0).toISOString() });
console.log((await State.get("summary")).final === final, Date.now() >= t0, performance.now() >= p0);
const clone = structuredClone(summaries);
clone[0].file = "x";
console.log(summaries[0].file, crypto.randomUUID().length, btoa("hi"), new TextEncoder().encode("é").length, new URL("https://a.example/p?q=1").searchParams.get("q"));
return { files: files.length, words: words.size };
