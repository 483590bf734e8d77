// Reviews a change from several sides at once:
//   llmspell-wasm run spell.js --model-script models.jsonl --allow-read . --allow-write out -- change.diff
const path = arg[1] ?? "change.diff";
const diff = util.readFile(path);

const aspects = [
  { name: "security", system: "You look for holes that an attacker can use." },
  { name: "clarity", system: "You look for names and code that say too little." },
  { name: "speed", system: "You look for work that is done more often than needed." },
];
const form = {
  type: "object",
  required: ["issues"],
  properties: { issues: { type: "array", items: {
    type: "object", required: ["line", "severity", "text"],
    properties: { line: { type: "integer" }, severity: { enum: ["high", "medium", "low"] }, text: { type: "string" } },
  } } },
};

async function review({ name, system }) {
  const agent = Agent.create({ name, model: "openai/gpt-4o-mini", system });
  const reply = await agent.run(`Review this change:\n${diff}`, { schema: form });
  return reply.object.issues.map((issue) => ({ ...issue, aspect: name }));
}

// All at once; what fails is told and does not end the others.
const results = await Promise.allSettled(aspects.map(review));
const issues = results.flatMap((result) => result.value ?? []);
const failed = results.flatMap((result, i) => (result.reason ? [`${aspects[i].name}: ${result.reason.code}`] : []));

const rank = { high: 1, medium: 2, low: 3 };
issues.sort((a, b) => rank[a.severity] - rank[b.severity] || a.line - b.line);

const report = [
  `# Review of ${path}`,
  "",
  ...issues.map(({ line, severity, aspect, text }) => `- line ${line}, ${severity} (${aspect}): ${text}`),
  ...failed.map((line) => `- not reviewed: ${line}`),
].join("\n");
await tools.file_write("out/review.md", report + "\n");
print(report);
return { failed: failed.length, issues: issues.length };
