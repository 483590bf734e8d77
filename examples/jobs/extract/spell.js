// Free text in a CSV file becomes checked values: --allow-write out
import settings from "./settings.json" with { type: "json" };
import { readFileSync } from "fs";

const schema = {
  type: "object", required: ["product", "stars"],
  properties: { product: { type: "string" }, stars: { type: "integer", minimum: 1, maximum: 5 } },
};
const reader = Agent.create({ name: "reader", model: settings.model, system: settings.system, stateless: true });

// The fields of a line; quotes stand for themselves where they are doubled.
const fields = (line) =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain);

const [, ...lines] = readFileSync("reviews.csv", "utf8").trim().split("\n");
const rows = lines.map(fields).map(([id, text]) => ({ id, text }));

// An answer that does not fit the schema is asked for once more by itself; a second one is a failure.
async function extract({ id, text }) {
  try {
    const { object } = await reader.run(text, { schema });
    return { id, ...object };
  } catch (failure) {
    return { id, failure: failure.code };
  }
}

const made = ["id,product,stars"];
let failed = 0;
for (let first = 0; first < rows.length; first += settings.at_once) {
  for (const found of await Promise.all(rows.slice(first, first + settings.at_once).map(extract))) {
    if (found.failure) {
      failed++;
      print(`row ${found.id}: ${found.failure}`);
    } else made.push([found.id, found.product, found.stars].join(","));
  }
}
await tools.file_write("out/reviews.csv", made.join("\n") + "\n");
print(made.join("\n"));
export default { failed, rows: rows.length };
