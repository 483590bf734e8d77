// Triage of a mailbox folder
const fs = require("fs");
const path = require("path");
const dir = "mail";

function parseMail(text) {
  const [head, ...rest] = text.split(/\r?\n\r?\n/);
  const headers = Object.fromEntries(head.split(/\r?\n/).map((line) => {
    const at = line.indexOf(":");
    return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
  }));
  return { headers, body: rest.join("\n\n").trim() };
}

const names = fs.readdirSync(dir).filter((n) => n.endsWith(".eml")).sort();
console.log(`${names.length} mails`);
const mails = names.map((name) => ({ name, ...parseMail(fs.readFileSync(path.join(dir, name), "utf8")) }));

const triage = Agent.builder().name("triage").model("openai/gpt-4o-mini").systemPrompt("Sort mail. Reply with JSON {urgency: 1-5, label, reply?}").build();
const schema = {
  type: "object",
  properties: { urgency: { type: "integer", minimum: 1, maximum: 5 }, label: { enum: ["work", "spam", "private"] }, reply: { type: "string" } },
  required: ["urgency", "label"],
};

const results = await Promise.allSettled(mails.map(async (mail) => {
  const reply = await triage.run(`Subject: ${mail.headers.subject}\n\n${mail.body}`, { schema, stateless: true });
  return { name: mail.name, from: mail.headers.from, date: new Date(mail.headers.date), ...reply.object };
}));
const sorted = results.filter((r) => r.status === "fulfilled").map((r) => r.value).sort((a, b) => b.urgency - a.urgency || a.date - b.date);
const failed = results.flatMap((r, i) => (r.status === "rejected" ? [{ name: names[i], why: r.reason.message }] : []));

const groups = Object.groupBy ? Object.groupBy(sorted, (m) => m.label) : {};
for (const [label, list] of Object.entries(groups)) {
  console.log(`${label.padEnd(8)}| ${list.map((m) => `${m.name}(${m.urgency})`).join(", ")}`);
}
for (const f of failed) console.log(`failed ${f.name}`);
const drafts = sorted.filter((m) => m.reply);
if (!fs.existsSync("drafts")) fs.mkdirSync("drafts", { recursive: true });
for (const d of drafts) {
  fs.writeFileSync(`drafts/${path.basename(d.name, ".eml")}.txt`, `To: ${d.from}\n\n${d.reply}\n`);
}
console.log("drafts:", fs.readdirSync("drafts").join(" "));
console.log(fs.readFileSync("drafts/b.txt").toString());
console.table(sorted.map(({ name, urgency }) => ({ name, urgency })));
console.log("oldest", sorted.map((m) => m.date.toISOString().slice(0, 10)).sort()[0]);
const stat = fs.statSync("drafts/b.txt");
console.log(stat.isFile(), stat.size > 10, stat.mtime instanceof Date);
console.log("%s has %d mails: %o", dir, names.length, { a: 1 });
return { sorted: sorted.length, failed: failed.length };
