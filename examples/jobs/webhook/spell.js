// Handles a message from elsewhere by its kind, and keeps a record of what was done: -- issue.json
const message = JSON.parse(util.readFile(arg[1] ?? "issue.json"));
const record = [];
Hook.register("agent:after_execution", (context) => { record.push(`asked ${context.component_id.name}`); });
Event.subscribe("issue.**", ({ type, data }) => { record.push(`${type} ${data.number}`); });

const handlers = {
  "issue.opened": async ({ number, title, body }) => {
    const reader = Agent.create({ name: "reader", model: "openai/gpt-4o-mini", system: "You name labels of an issue, with commas between them." });
    const labels = (await reader.run(`${title}\n${body}`)).split(",").map((label) => label.trim().toLowerCase());
    Event.emit("issue.labelled", { number, labels });
    return { labels, number };
  },
  "issue.closed": async ({ number }) => ({ number }),
};

const handle = handlers[message.type];
if (!handle) {
  print(`There is nothing to do for ${message.type}`);
  exit(0);
}
// The same message may come twice.
const key = `${message.type}:${message.issue.number}`;
if (await State.load("webhook", key)) {
  print("This was done before.");
  exit(0);
}
const result = await handle(message.issue);
await State.save("webhook", key, result);
while (record.length < 2) await util.sleep(1); // handlers of events run where a spell waits
for (const line of record) print(line);
print(`kept as ${(await State.list_keys("webhook")).join(", ")}`);
return result;
