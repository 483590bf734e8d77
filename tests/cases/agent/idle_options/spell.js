// What older spells say of an agent: with a meaning here it has one, without it is left out, with one remark.
const agent = Agent.create({ name: "a", agent_type: "llm", model_config: { provider: "openai", model: "gpt-4o", temperature: 0.5 }, capabilities: ["chat"] });
Agent.create({ name: "b", model: "openai/gpt-4o", capabilities: [], tags: ["x"] });
Agent.create({ name: "d", model: { provider: "openai", name: "gpt-4o", temperature: 0 } });
Tool.create({ name: "t", description: "d", version: "1", execute: () => 1 });
Workflow.sequential({ name: "w", version: "1", steps: [{ name: "s", metadata: {}, execute: () => 1 }] });
const config = agent.get_config();
let ok = true;
try { Agent.create({ name: "c", model: "openai/gpt-4o", capabilites: ["x"] }); } catch { ok = false; }
return [config.type, config.temperature, config.model, ok];
