// Research assistant with citations
const topic = params.topic || "tide pools";
const maxSources = parseInt(params.max_sources ?? "3", 10);

class SourceBook {
  #items = new Map();
  static from(list) { const b = new SourceBook(); for (const s of list) b.add(s); return b; }
  add({ url, title, snippet = "" }) {
    if (this.#items.has(url)) return this.#items.get(url).n;
    const n = this.#items.size + 1;
    this.#items.set(url, { n, url, title, snippet });
    return n;
  }
  get size() { return this.#items.size; }
  *[Symbol.iterator]() { yield* this.#items.values(); }
  cite(n) { const s = [...this.#items.values()].find((x) => x.n === n); return s ? `[${s.n}] ${s.title}. ${s.url}` : undefined; }
}

const search = Tool.create({
  name: "library_search",
  description: "Searches the library",
  parameters: { type: "object", properties: { query: { type: "string" }, limit: { type: "integer", default: 3 } }, required: ["query"] },
  execute: async ({ query, limit }) => {
    await util.sleep(5);
    const all = [
      { url: "https://example.org/a", title: "Anemones", snippet: "Anemones hold on." },
      { url: "https://example.org/b", title: "Barnacles", snippet: "Barnacles glue themselves." },
      { url: "https://example.org/c", title: "Crabs", snippet: "Crabs hide." },
      { url: "https://example.org/d", title: "Dulse", snippet: "Dulse is red." },
    ];
    return all.filter((_, i) => i < (limit ?? 3)).map((s) => ({ ...s, query }));
  },
});

const planner = await llm.agent({ provider: "openai", model: "gpt-4o-mini", system: "Plan research. Reply with one question per line." });
const researcher = await llm.agent({ provider: "openai", model: "gpt-4o", tools: ["library_search"], system: "You research and cite as [n]." });
const plan = await planner.run(`Plan research on ${topic}`);
const questions = plan.split("\n").map((q) => q.replace(/^\d+[.)]\s*/, "").trim()).filter(Boolean);
console.log(`questions: ${questions.length}`);
questions.forEach((q, i) => console.log(`  ${i + 1}. ${q}`));

const hits = (await Promise.all(questions.map((q) => search.execute({ query: q, limit: maxSources })))).flat();
const book = SourceBook.from(hits.map((h) => h.result ?? h).flat());
console.log(`sources: ${book.size}`);

const notes = [];
for (const [i, q] of questions.entries()) {
  try {
    const answer = await researcher.run(`Question: ${q}\nSources:\n${[...book].map((s) => `[${s.n}] ${s.title}: ${s.snippet}`).join("\n")}`);
    const cited = [...answer.matchAll(/\[(\d+)\]/g)].map((m) => Number(m[1]));
    notes.push({ q, answer: answer.trim(), cited: [...new Set(cited)] });
  } catch (error) {
    console.warn(`question ${i + 1} failed: ${error.message}`);
    notes.push({ q, answer: null, cited: [], error });
  }
}
const used = new Set(notes.flatMap((n) => n.cited));
const unknown = [...used].filter((n) => !book.cite(n));
let report = `# ${topic[0].toUpperCase() + topic.slice(1)}\n\n`;
for (const { q, answer } of notes) report += `## ${q}\n${answer ?? "_no answer_"}\n\n`;
report += "## Sources\n" + [...used].sort((a, b) => a - b).map((n) => book.cite(n) ?? `[${n}] unknown`).join("\n") + "\n";
await tools.file_write(`out/${topic.replace(/\s+/g, "_")}.md`, report);
const back = await tools.file_read(`out/${topic.replace(/\s+/g, "_")}.md`);
console.log("same:", (back.text ?? back.result?.input ?? back) === report);
console.log(report);
return { topic, questions: questions.length, cited: [...used].length, unknown, failed: notes.filter((n) => n.error).length };
