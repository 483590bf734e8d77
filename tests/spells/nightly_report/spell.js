// Nightly report over stored runs
const day = new Date(Date.UTC(2026, 10, 29));
const fmt = (d) => d.toISOString().split("T")[0];
const reportId = `report-${fmt(day)}`;
const session = await Session.create({ name: "nightly", tags: ["report", "nightly"] });
await Session.setCurrent(session);
console.log("current is set:", (await Session.getCurrent()) == session);

const metrics = [
  { host: "a", cpu: 0.2, errors: 0 }, { host: "b", cpu: 0.95, errors: 3 }, { host: "c", cpu: 0.5, errors: 1 },
];
const avg = metrics.reduce((a, { cpu }) => a + cpu, 0) / metrics.length;
const worst = metrics.toSorted((x, y) => y.errors - x.errors).at(0);
const table = ["| host | cpu | errors |", "|---|---|---|", ...metrics.map((m) => `| ${m.host} | ${(m.cpu * 100).toFixed(0)} % | ${m.errors} |`)].join("\n");
const analyst = await Agent.create({ name: "analyst", model: "anthropic/claude-3-haiku", system_prompt: "You are an SRE.", tools: [] });
const analysis = await analyst.execute({ text: `Analyse ${table}` });
const tpl = await Tool.execute("template-creator", { input: "Report {{id}}: {{analysis}}{{#if worst}} Worst: {{worst}}.{{/if}}", context: { id: reportId, analysis: String(analysis), worst: worst.host }, engine: "handlebars" });
console.log(tpl.success, tpl.result?.rendered ?? tpl.error?.message);
const art = await Artifact.store(session, "agent_output", `${reportId}.md`, `# ${reportId}\n\n${table}\n\n${analysis}\n`, { tags: ["nightly"] });
console.log("artifact:", Object.keys(art).includes("content_hash"));
const list = await Artifact.list(session);
console.log("listed:", list.length, list[0].name);
const got = await Artifact.get(session, art);
console.log(got.content.split("\n")[0]);
const previous = await State.load("reports", "last");
await State.save("reports", "last", { id: reportId, avg: Math.round(avg * 100) / 100 });
console.log("previous:", previous ?? "none", "keys:", await State.list_keys("reports"));
const date = await Tool.execute("datetime-handler", { operation: "parse", input: "2026-11-29" });
console.log(date.success);
const val = await Tool.execute("data-validator", { input: { email: "x" }, rules: { rules: [{ type: "required" }] } });
console.log("validated:", val.success);
await Session.complete(session);
console.log("status:", (await Session.get(session)).status);
console.log("%d hosts, %s", metrics.length, [1.5, "x", null, undefined, { a: [1] }, new Map([["k", 1]])]);
console.log(new Error("shown").message, [undefined], NaN, -0, 10n, Symbol("s").toString(), () => 1);
return { id: reportId, worst: worst.host, avg };
