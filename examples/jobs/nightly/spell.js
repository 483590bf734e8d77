// A report on the night, kept as an artifact of a session, and compared with the last one
const day = params.day ?? "2026-11-29";
const [, ...lines] = util.readFile("hosts.csv").trim().split("\n");
const hosts = lines.map((line) => line.split(",")).map(([name, load, errors]) => ({ name, load: Number(load), errors: Number(errors) }));
const worst = hosts.toSorted((a, b) => b.errors - a.errors)[0];

const rows = hosts.map(({ name, load, errors }) => `| ${name} | ${(load * 100).toFixed(0)} % | ${errors} |`);
const engineer = Agent.create({ name: "engineer", model: "anthropic/claude-3-5-haiku-latest", system: "You watch computers. One sentence." });
const verdict = await engineer.run(`What is worth a look?\n${rows.join("\n")}`);

const made = await Tool.execute("template-creator", {
  engine: "handlebars",
  input: "# Night of {{day}}\n{{{verdict}}}\n\n| host | load | errors |\n|---|---|---|\n{{#each rows}}{{{this}}}\n{{/each}}",
  context: { day, verdict: verdict.text, rows },
});

const session = await Session.create({ name: `nightly ${day}`, tags: ["nightly"] });
await Artifact.store(session, "agent_output", `${day}.md`, made.result.rendered);
print((await Artifact.get(session, `${day}.md`)).content);

const mean = Math.round((hosts.reduce((sum, { load }) => sum + load, 0) / hosts.length) * 100);
const last = await State.load("nightly", "mean");
print(last === undefined || last === null ? "There is no report to compare with." : `The mean load was ${last} % before.`);
await State.save("nightly", "mean", mean);
await Session.complete(session);
return { mean, status: (await Session.get(session)).status, worst: worst.name };
