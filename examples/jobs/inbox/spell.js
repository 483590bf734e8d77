// Sorts a folder of mails, and writes drafts of answers: --allow-read mail --allow-write out
import { readFileSync, readdirSync } from "fs";
import path from "path";

const schema = {
  type: "object", required: ["urgency", "label"],
  properties: { urgency: { type: "integer", minimum: 1, maximum: 5 }, label: { enum: ["work", "private", "spam"] }, answer: { type: "string" } },
};
const clerk = Agent.create({ name: "clerk", model: "openai/gpt-4o-mini", system: "You sort mail, and draft an answer where one is due.", stateless: true });

function readMail(file) {
  const [head, ...body] = readFileSync(file, "utf8").split(/\r?\n\r?\n/);
  const headers = [...head.matchAll(/^(\S+):\s*(.*)$/gm)].map(([, name, value]) => [name.toLowerCase(), value]);
  return { file, ...Object.fromEntries(headers), body: body.join("\n\n") };
}

async function sortMail(mail) {
  const { object } = await clerk.run(`Subject: ${mail.subject}\n\n${mail.body}`, { schema });
  return { ...object, mail };
}

const names = readdirSync("mail").sort();
const results = await Promise.allSettled(names.map(async (name) => sortMail(readMail(path.join("mail", name)))));
const sorted = results.flatMap((result) => result.value ?? []).sort((a, b) => b.urgency - a.urgency);
const failed = results.flatMap((result, i) => (result.reason ? [`${names[i]}: ${result.reason.code}`] : []));

for (const { urgency, label, answer, mail } of sorted) {
  print(`${urgency} ${label.padEnd(8)} ${mail.subject}`);
  if (answer) await tools.file_write(`out/${path.basename(mail.file, ".eml")}.txt`, `To: ${mail.from}\n\n${answer}\n`);
}
for (const line of failed) print(`not sorted: ${line}`);
export default { failed: failed.length, sorted: sorted.length };
