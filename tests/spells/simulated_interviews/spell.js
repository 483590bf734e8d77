// Interview simulation run many times, with statistics
const roles = { interviewer: "Ask one question.", candidate: "Answer in one sentence." };
const make = (role) => Agent.create({ name: role, model: "gpt-4o-mini", system: roles[role], memory: false });
const rng = (seed) => () => ((seed = (seed * 1664525 + 1013904223) >>> 0) / 2 ** 32);
const random = rng(42);
const shuffle = (a) => a.map((v) => [random(), v]).sort(([x], [y]) => x - y).map(([, v]) => v);
const topics = shuffle(["tests", "types", "teams"]);
console.log(topics.length, new Set(topics).size);
async function session(topic) {
  const [i, c] = ["interviewer", "candidate"].map(make);
  const question = await i.run(`Topic: ${topic}`);
  const answer = await c.run(question);
  return { topic, question, answer, score: answer.split(/\s+/).length };
}
const results = [];
for (const t of [...topics].sort()) results.push(await session(t));
const mean = (xs) => xs.reduce((a, b) => a + b, 0) / xs.length;
const scores = results.map((r) => r.score);
console.log(mean(scores).toFixed(3), Math.max(...scores), Math.min(...scores), Math.hypot(3, 4), Math.trunc(-2.5), Math.sign(-3));
const csv = results.map((r) => [r.topic, r.score, `"${r.answer}"`].join(",")).join("\n");
const analysis = await Tool.execute("csv-analyzer", { operation: "analyze", input: "topic,score,answer\n" + csv });
console.log(analysis.success, Object.keys(analysis.result).length > 2);
const diff = await Tool.execute("diff-calculator", { type: "json", old_json: { a: 1 }, new_json: { a: 2, b: 3 } });
console.log(JSON.stringify(diff.result.diff));
const chosen = results.find(({ answer }) => answer.startsWith("Tests"))?.topic ?? "none";
console.log(chosen);
const byLength = Map.groupBy?.(results, (r) => (r.score > 3 ? "long" : "short"));
console.log([...(byLength?.entries() ?? [])].map(([k, v]) => `${k}=${v.length}`).sort().join(" "));
console.log(results.some((r) => r.question.endsWith("?")), results.every((r) => typeof r.score === "number"));
await State.save("global", "results", results);
const loaded = await State.load("global", "results");
console.log(loaded[0].answer, typeof loaded[0].answer);
const template = await Tool.invoke("template_engine", { template: "{{#each rows}}{{topic}};{{/each}}", variables: { rows: loaded }, engine: "handlebars" });
console.log(template.result.rendered);
console.log(JSON.stringify(loaded[0]), JSON.stringify(results[0].answer));
return results.map((r) => r.answer);
