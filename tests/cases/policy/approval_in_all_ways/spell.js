// A spell's call, an agent's, a step's, and one that hooks have changed are asked about alike, with what is really done.
const agent = await llm.agent({ model: "openai/gpt-4o", tools: ["mail"] });
const reply = `${await agent.run("ask")}`;
const flow = Workflow.sequential({ name: "flow", steps: [{ name: "send", tool: "mail", input: { to: "step" } }] });
const step = (await flow.execute()).output;
Hook.register("tool:validation", (context) => ({ action: "modify", data: { to: "hook" } }));
let failure;
try { await Tool.execute("mail", { to: "spell" }); } catch (error) { failure = error; }
return [reply, step, failure === undefined, failure.code];
