// Which agents there are, by name.
const assert = (truth, what) => { if (!truth) throw new Error("not so: " + what); };
const a = Agent.create({ name: "writer", model: "m", description: "writes" });
Agent.create({ name: "reader", model: "m", schema: { type: "object" } });
Agent.create({ model: "m" });
assert(Agent.list().length === 2 && Agent.list()[0].name === "reader" && Agent.listInstances()[1] === "writer", "list");
assert(Agent.get("writer") === a && Agent.get("nobody") === undefined && Agent.exists("reader"), "get");
assert(Agent.getInfo("writer").description === "writes" && Agent.get_details("writer").status.state === "ready", "info");
assert(Agent.discoverByCapability("structured_output")[0] === "reader" && Agent.discover_by_capability("text").length === 2, "discover");
assert(Agent.listTemplates().length === 0, "templates");
// The younger of two with one name.
const c = Agent.create({ name: "writer", model: "m" });
assert(Agent.get("writer") === c, "the younger");
await Agent.destroy("reader");
assert(Agent.list().length === 1, "destroyed");
// Agents made of functions.
assert(Agent.register({ name: "echo", execute: (prompt) => `<${prompt}>` }) === "echo", "register");
const echo = Agent.get("echo");
assert((await echo.run("x")).text === "<x>" && (await echo.run("x")).agent === "echo", "echo");
let heard = "";
for await (const piece of echo.stream("y")) heard += piece;
assert(heard === "<y>", heard);
// By name, as another dialect has it.
const made = await agents.create("third", { model: "m", system_prompt: "Be third." });
assert(agents.get("third") === made && made.get_system_prompt() === "Be third." && agents.exists("third"), "agents");
await made.setSystemPrompt("Be first.");
assert(made.describe().system === "Be first." && agents.get("third") === made, "changed");
agents.register("count", (input) => input.length);
assert((await agents.execute("count", "four")).text === "4", "count");
agents.register("polite", { greeting: "Dear ", execute(input) { return this.greeting + input; } });
assert((await agents.run("polite", "Ann")).text === "Dear Ann" && await agents.remove("polite") && !agents.exists("polite"), "polite");
const messages = [];
for (const call of [
  () => Agent.creat,
  () => Agent.get_info("writr"),
  () => Agent.discover_by_capability("tool"),
  () => Agent.create_from_template("x"),
  () => Agent.builder().nam("x"),
  () => Agent.builder().name("x").build(),
  () => Agent.builder().api_key("k"),
  () => Agent.create({ model: "m", api_key: "k" }),
  () => Agent.create({ model: "m", system: "a", system_prompt: "b" }),
  () => Agent.create({ model: "m", base_url: "http://elsewhere" }),
  () => Agent.create({ name: "" }),
  () => Agent.create({ model: "m", tools: ["calculater"] }),
  () => { const { run } = a; run("x"); },
  () => a.run(),
]) {
  try {
    call();
    messages.push("no error");
  } catch (why) {
    messages.push(why.code === undefined ? why.message : String(why));
  }
}
return messages;
