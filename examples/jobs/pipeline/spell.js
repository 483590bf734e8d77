// Figures through a graph of steps: what depends on nothing runs first, what can overlaps, and a step that fails is tried again
let tries = 0;
const flow = Workflow.sequential({ name: "sales", steps: [
  { name: "load", handler: () => {
    if (++tries === 1) throw new Error("the disk is busy");
    const [, ...lines] = util.readFile("sales.csv").trim().split("\n");
    return lines.map((line) => line.split(",")).map(([region, amount, who]) => ({ region, amount: Number(amount), who }));
  }, retry: { max_attempts: 3, backoff_ms: 1 } },
  { name: "totals", depends_on: ["load"], handler: (context) => {
    const totals = {};
    for (const { region, amount } of context.load) totals[region] = (totals[region] ?? 0) + amount;
    return totals;
  } },
  { name: "best", depends_on: ["load"], handler: (context) => context.load.toSorted((a, b) => b.amount - a.amount)[0] },
  {
    name: "report", depends_on: ["totals", "best"], agent: Agent.create({ name: "clerk", model: "openai/gpt-4o-mini", system: "Two sentences." }),
    prompt: "North {{totals.output.north}}, south {{totals.output.south}}. Best: {{best.output.who}}. The prize is $50.",
  },
] });

const checked = await flow.validate();
if (!checked.valid) throw new Error(checked.errors.join("; "));
const result = await flow.execute({});
for (const name of ["load", "totals", "best", "report"]) {
  const { status, attempts } = result.steps[name];
  print(`${name.padEnd(7)} ${status} after ${attempts}`);
}
print(result.text);
return { best: result.outputs.best.who, status: result.status };
