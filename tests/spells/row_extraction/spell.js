import { readFile, writeFile } from "fs/promises";
import { parse, toCsv } from "./lib/csv.js";
import config from "./config.json" with { type: "json" };

const raw = await readFile("reviews.csv", "utf-8");
const rows = parse(raw);
console.log(`${rows.length} rows, columns ${Object.keys(rows[0]).join("/")}`);

const extractor = await llm.agent({ model: config.model, system: config.system, temperature: config.temperature ?? 0 });
const required = config.schema.required;

async function* inBatches(list, size) {
  for (let i = 0; i < list.length; i += size) yield list.slice(i, i + size);
}
const extracted = [];
for await (const batch of inBatches(rows, config.batch)) {
  const done = await Promise.all(batch.map(async (row) => {
    for (let attempt = 1; attempt <= config.attempts; attempt++) {
      try {
        const reply = await extractor.run(`${row.id}: ${row.text}`);
        const json = JSON.parse(reply.content.replace(/^```(?:json)?\n?|```$/gm, ""));
        const missing = required.filter((k) => !(k in json));
        if (missing.length) throw new TypeError(`missing ${missing}`);
        return { id: row.id, ...json, attempt };
      } catch (e) {
        if (!(e instanceof SyntaxError || e instanceof TypeError)) throw e;
        console.error(`row ${row.id}, attempt ${attempt}: ${e.name}`);
      }
    }
    return { id: row.id, error: true };
  }));
  extracted.push(...done);
}
const good = extracted.filter((r) => !r.error);
const mean = good.reduce((s, r) => s + r.stars, 0) / good.length;
console.log(`mean ${mean.toFixed(2)}, ${typeof Intl}`);
await writeFile("out/extracted.csv", toCsv(good, ["id", "stars", "product"]));
console.log(await readFile("out/extracted.csv", { encoding: "utf8" }));
export default { good: good.length, bad: extracted.length - good.length, mean };
